#pragma once
// Errors as problem documents (RFC 9457): the one place where a Code becomes an HTTP status.
//
// A document is built from literals and from the typed parameters of the Error, and from nothing
// else (invariant 13): there is no way for a body, a header or a provider's text to get in.

#include <string_view>

#include "base/result.h"
#include "http/server.h"

namespace strongroom::api {

// 400 to 503. Problems that HTTP has a status of its own for (405, 415) are told apart by name.
int http_status(const Error& error);

// "invalid_argument": the name of a Code in the member "code", and of the problem where the error
// does not name one itself.
std::string_view code_name(Code code);

// The document, with X-Request-Id, Cache-Control: no-store, WWW-Authenticate on a 401,
// and Retry-After where the error has "retry_after".
// `collection` is where an object with the id "existing_id" is found, such as "/api/v1/projects";
// empty: no link is given.
http::Response error_response(const Error& error, const Uuid& request_id,
                              std::string_view collection = {});

// Errors that only HTTP knows.
Error method_not_allowed();
Error unsupported_media_type();

// 401: the cookie names a session that is over, or never was.
Error session_ended();

}  // namespace strongroom::api
