#pragma once
// What libcurl's error codes mean for the one who has to mend it.

#include <string>

#include <curl/curl.h>

#include "http/client.h"

namespace strongroom::http {

// How far an exchange had come.
enum class Progress {
  kNotConnected,
  kProxyTls,   // TLS with an https proxy had begun
  kConnected,  // to the server, through the proxy where there is one; TLS with it had begun
  kSent,       // the request was being written
};

// How libcurl ended an exchange that failed.
struct CurlOutcome {
  CURLcode code;  // not CURLE_OK
  Progress progress;
  long verify_result =
      0;  // CURLINFO_SSL_VERIFYRESULT, or the proxy's while TLS with that one lasts
  bool by_proxy = false;
  long connect_status = 0;  // what the proxy answered to CONNECT; 0: nothing
};

// Why the exchange failed. `detail` goes to the log.
ExchangeFailure failure_of(const CurlOutcome& outcome, std::string detail);

}  // namespace strongroom::http
