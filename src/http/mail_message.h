#pragma once
// A mail as it travels: header and text, so put together that no field can smuggle in another.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::http {

// More than this, in bytes, no mail of ours has to say.
inline constexpr std::size_t kLongestMailSubject = 512;
inline constexpr std::size_t kLongestMailBody = 1 << 20;

// Whether mail can be sent to `text`: local part and domain of RFC 5321 section 4.1.2, ASCII, the
// local part a dot-string without quotes, the domain a name and no address literal, 254 bytes at
// most. What a person wrote around it, white space or "Name <...>", makes it none.
bool is_mail_address(std::string_view text);

struct MailContent {
  std::string from;     // an address; people see it as that of "Strongroom"
  std::string to;       // one address
  std::string subject;  // UTF-8, one line
  std::string body;     // UTF-8, plain text; lines end with "\n"
  WallTime date = {};
  Uuid id = {};  // of the Message-ID: the same one when the same mail is sent again
};

// The mail by RFC 5322: ASCII, lines of at most 78 characters (but those of long addresses) that
// end with CR LF, the text in quoted-printable (RFC 2045 section 6.7), a subject that is not plain
// ASCII in encoded words (RFC 2047). Auto-Submitted says that no person wrote it, so that nobody's
// absence is announced to us (RFC 3834 section 5). Safe to call from any thread.
//
// Errors:
//   kInvalidArgument  an address is none; subject or body is not UTF-8 or too long; there is a
//                     control character in the subject, or another than line feed and tab in the
//                     body. The detail names the field.
Result<std::string> mail_message(const MailContent& content);

}  // namespace strongroom::http
