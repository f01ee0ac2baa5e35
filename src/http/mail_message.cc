#include "http/mail_message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/unicode.h"

namespace strongroom::http {
namespace {

constexpr std::size_t kLongestAddress = 254;  // RFC 5321 section 4.5.3.1.3, without the brackets
constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestLabel = 63;  // RFC 1035 section 2.3.4

constexpr std::size_t kLongestLine = 76;  // of quoted-printable and of encoded words
// Bytes of a subject in one encoded word: with "Subject: " before it the line has 73 characters.
constexpr std::size_t kWordBytes = 39;

constexpr std::string_view kSubject = "Subject: ";

// RFC 5322 section 3.2.3.
bool is_atom_character(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kLongestLabel && text.front() != '-' &&
         text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// The last label of an IPv4 address, and of no name (RFC 3696 section 2).
bool is_numeric(std::string_view label) { return std::ranges::all_of(label, is_digit); }

bool is_atom(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_atom_character);
}

// Whether all that stands between the dots is `good`.
template <class Predicate>
bool all_between_dots(std::string_view text, Predicate good) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!good(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string two_digits(unsigned number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

// RFC 5322 section 3.3, in UTC.
std::string date_text(WallTime time) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<Seconds>(time - day));
  const auto digits = [](auto part) { return two_digits(static_cast<unsigned>(part.count())); };
  std::string text(kDays.at(std::chrono::weekday(day).c_encoding()));
  text.append(", ").append(two_digits(static_cast<unsigned>(date.day())));
  text.append(" ").append(kMonths.at(static_cast<unsigned>(date.month()) - 1));
  text.append(" ").append(std::to_string(static_cast<int>(date.year())));
  text.append(" ").append(digits(clock.hours()));
  text.append(":").append(digits(clock.minutes()));
  text.append(":").append(digits(clock.seconds())).append(" +0000");
  return text;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

// The most bytes of `text`, at most `most`, that end with a whole character (RFC 2047 section 5).
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  while ((static_cast<unsigned char>(text.at(most)) & 0xc0U) == 0x80U) --most;
  return most;
}

std::string subject_field(std::string_view subject) {
  std::string field(kSubject);
  const bool is_plain = is_ascii(subject) && subject.find("=?") == std::string_view::npos &&
                        !subject.starts_with(' ') && !subject.ends_with(' ');
  if (is_plain && kSubject.size() + subject.size() <= kLongestLine) return field.append(subject);
  for (bool first = true; !subject.empty(); first = false) {
    const std::size_t size = whole_characters(subject, kWordBytes);
    if (!first) field.append("\r\n ");
    field.append("=?UTF-8?B?").append(base64(subject.substr(0, size))).append("?=");
    subject.remove_prefix(size);
  }
  return field;
}

// How one byte of a line is written. A dot or a "From " at the beginning is what mail servers have
// been known to change.
std::string quoted(std::string_view line, std::size_t at) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const char c = line.at(at);
  const bool is_last = at + 1 == line.size();
  const bool is_blank = c == ' ' || c == '\t';
  const bool is_risky = at == 0 && (c == '.' || line.starts_with("From "));
  if (('!' <= c && c <= '~' && c != '=' && !is_risky) || (is_blank && !is_last)) return {c};
  const auto byte = static_cast<unsigned char>(c);
  return {'=', kDigits.at(byte >> 4U), kDigits.at(byte & 0xfU)};
}

// RFC 2045 section 6.7.
void append_quoted_line(std::string& out, std::string_view line) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::string piece = quoted(line, at);
    const bool is_last = at + 1 == line.size();
    if (width + piece.size() + (is_last ? 0 : 1) > kLongestLine) {
      out.append("=\r\n");
      width = 0;
    }
    out.append(piece);
    width += piece.size();
  }
  out.append("\r\n");
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    append_quoted_line(out, text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Error unfit(LiteralText message, const char* field) {
  return Error{Code::kInvalidArgument, message, field};
}

Status check(const MailContent& content) {
  constexpr LiteralText kNoAddress("This is no e-mail address that mail can be sent to.");
  constexpr LiteralText kNoText("This is not a text for a mail.");
  if (!is_mail_address(content.from)) return unfit(kNoAddress, "from");
  if (!is_mail_address(content.to)) return unfit(kNoAddress, "to");
  const std::string& subject = content.subject;
  if (subject.size() > kLongestMailSubject || !is_utf8(subject) || has_control_character(subject)) {
    return unfit(kNoText, "subject");
  }
  const bool is_clean = std::ranges::none_of(
      content.body, [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
  if (content.body.size() > kLongestMailBody || !is_utf8(content.body) || !is_clean) {
    return unfit(kNoText, "body");
  }
  return {};
}

}  // namespace

bool is_mail_address(std::string_view text) {
  if (text.size() > kLongestAddress) return false;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at > kLongestLocalPart) return false;
  const std::string_view domain = text.substr(at + 1);
  return all_between_dots(text.substr(0, at), is_atom) && all_between_dots(domain, is_label) &&
         !is_numeric(domain.substr(domain.rfind('.') + 1));
}

Result<std::string> mail_message(const MailContent& content) {
  STRONGROOM_CHECK(check(content));
  const std::string_view domain = std::string_view(content.from).substr(content.from.find('@'));
  std::string text;
  text.append("From: Strongroom <").append(content.from).append(">\r\n");
  text.append("To: <").append(content.to).append(">\r\n");
  text.append(subject_field(content.subject)).append("\r\n");
  text.append("Date: ").append(date_text(content.date)).append("\r\n");
  text.append("Message-ID: <").append(content.id.text()).append(domain).append(">\r\n");
  text.append("Auto-Submitted: auto-generated\r\n");
  text.append("MIME-Version: 1.0\r\n");
  text.append("Content-Type: text/plain; charset=utf-8\r\n");
  text.append("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
  text.append(quoted_printable(content.body));
  return text;
}

}  // namespace strongroom::http
