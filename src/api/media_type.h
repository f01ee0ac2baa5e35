#pragma once
// Comparing the value of Content-Type.

#include <string_view>

namespace strongroom::api {

// Whether `content_type` is `wanted` (lower case), in any case and with no parameters, or with
// charset=utf-8 only (RFC 9110 section 8.3.1).
bool is_media_type(std::string_view content_type, std::string_view wanted);

}  // namespace strongroom::api
