#pragma once
// Which form of a file a client takes (RFC 9110 section 12.5.3).

#include <cstdint>
#include <string_view>

namespace strongroom::api {

enum class ContentCoding : std::uint8_t { kIdentity, kGzip, kBrotli };

// The one of identity and those offered that `accept_encoding` likes best; of two that it likes
// alike, the one that is usually smaller. Identity where it likes none, or says nothing that we
// understand.
ContentCoding choose_coding(std::string_view accept_encoding, bool has_brotli, bool has_gzip);

// Whether the If-None-Match header names `tag`, or anything: the client has it already
// (RFC 9110 section 13.1.2, weak comparison). `tag` with its quotes, and without a comma in it.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace strongroom::api
