#pragma once
// The body of a token endpoint's answer as one JSON object, whatever format it came in.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "catalogue/response_rules.h"
#include "http/message.h"

namespace strongroom::oauth {

// Whether Content-Type says application/json or application/*+json.
bool says_json(const std::vector<http::Header>& headers);

// Of an answer to a GET for a document: there is none at this address. Sites that answer every path
// with a page of theirs say it by the media type.
bool has_no_document(int status, const std::vector<http::Header>& headers);

// Reads `body` by its media type, which must be the one that `format` says: application/json or
// application/*+json; or application/x-www-form-urlencoded, whose fields become texts.
//
// Errors:
//   kInvalidArgument  another media type or none, not well-formed, a name twice, not an object. The
//                     detail never quotes the body.
Result<boost::json::value> read_answer(const std::vector<http::Header>& headers,
                                       std::string_view body, catalogue::ResponseFormat format);

// "application/json" from "Application/JSON; charset=UTF-8" (RFC 9110 section 8.3.1); empty: none.
std::string media_type(const std::vector<http::Header>& headers);

}  // namespace strongroom::oauth
