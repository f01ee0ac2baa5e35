#pragma once
// What libcurl's error codes mean for the one who has to mend it.

#include <string>

#include <curl/curl.h>

#include "http/client.h"

namespace strongroom::http {

// How far an exchange had come.
enum class Progress { kNotConnected, kConnected, kSent };  // kSent: the request was being written

// Why an exchange that libcurl ended with `code` (not CURLE_OK) failed. `verify_result` is
// CURLINFO_SSL_VERIFYRESULT; `detail` goes to the log.
ExchangeFailure failure_of(CURLcode code, Progress progress, long verify_result,
                           std::string detail);

}  // namespace strongroom::http
