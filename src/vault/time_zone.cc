#include "vault/time_zone.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>

namespace strongroom::vault {
namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo/";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kKindBytes = 6;  // of local time: offset, whether in summer, name
constexpr std::int64_t kMostMinutes = std::int64_t{14} * 60;
// Debian's files list all changes until 2037. One that ends before this and goes on by a rule would
// be an hour off for half of a year: it is refused.
constexpr std::int64_t kFarEnough = 2'082'758'400;  // 2036-01-01

Error no_zone() {
  return Error{Code::kInvalidArgument,
               "This is neither UTC, nor an offset such as +02:00, nor a time zone that the server "
               "knows, such as Europe/Berlin."};
}

bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Letters, digits and what else such names have; no way out of the database's directory.
bool is_name(std::string_view name) {
  const auto may_be_in_one = [](char c) {
    return is_digit(c) || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= kLongestName && name.front() != '/' &&
         std::ranges::all_of(name, may_be_in_one);
}

// "+02:00" as minutes.
Result<std::int64_t> parse_offset(std::string_view text) {
  constexpr std::size_t kLength = 6;
  const bool right = text.size() == kLength && (text[0] == '+' || text[0] == '-') &&
                     is_digit(text[1]) && is_digit(text[2]) && text[3] == ':' &&
                     is_digit(text[4]) && is_digit(text[5]) && text[4] <= '5';
  if (!right) return no_zone();
  const std::int64_t minutes =
      (text[1] - '0') * 600 + (text[2] - '0') * 60 + (text[4] - '0') * 10 + (text[5] - '0');
  if (minutes > kMostMinutes) return no_zone();
  return text[0] == '-' ? -minutes : minutes;
}

// Big-endian numbers; what lies beyond the end reads as zero and is noticed by who asked first.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::int64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8U | static_cast<unsigned char>(at + i < bytes_.size() ? bytes_[at + i] : 0);
    }
    return static_cast<std::int64_t>(value);
  }
  std::int64_t signed_32(std::size_t at) const {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(number(at, 4)));
  }

 private:
  std::string_view bytes_;
};

// The six counts of a header (RFC 8536 section 3.1).
struct Counts {
  Counts(const Bytes& bytes, std::size_t header) {
    std::size_t at = header + 20;
    for (std::size_t* count : {&utc, &standard, &leaps, &changes, &kinds, &letters}) {
      *count = static_cast<std::size_t>(bytes.number(at, 4));
      at += 4;
    }
  }
  bool are_sane() const {
    return std::max({utc, standard, leaps, changes, kinds, letters}) < kMostBytes && kinds > 0;
  }
  std::size_t size(std::size_t of_a_time) const {
    return changes * (of_a_time + 1) + kinds * kKindBytes + letters + leaps * (of_a_time + 4) +
           standard + utc;
  }
  std::size_t utc = 0;
  std::size_t standard = 0;
  std::size_t leaps = 0;
  std::size_t changes = 0;
  std::size_t kinds = 0;
  std::size_t letters = 0;
};

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return TimeZone();
  if (name.starts_with('+') || name.starts_with('-')) {
    TimeZone zone;
    STRONGROOM_TRY(const std::int64_t minutes, parse_offset(name));
    zone.first_offset_ = minutes * 60;
    return zone;
  }
  if (!is_name(name)) return no_zone();
  std::ifstream file(std::string(kDatabase).append(name), std::ios::binary);
  std::string bytes(kMostBytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return parse(bytes);
}

// Of the two parts of a file the second counts, whose times have 64 bits.
Result<TimeZone> TimeZone::parse(std::string_view tzif) {
  const Bytes bytes(tzif);
  const Counts old(bytes, 0);
  if (tzif.size() < kHeaderBytes || !tzif.starts_with("TZif") || tzif[4] < '2' || !old.are_sane()) {
    return no_zone();
  }
  const std::size_t header = kHeaderBytes + old.size(4);
  const Counts counts(bytes, header);
  if (!counts.are_sane()) return no_zone();
  const std::size_t times = header + kHeaderBytes;
  const std::size_t end = times + counts.size(8);
  if (end >= tzif.size() || tzif.substr(header, 4) != "TZif") return no_zone();
  const std::size_t numbers = times + counts.changes * 8;
  const std::size_t kinds = numbers + counts.changes;
  TimeZone zone;
  zone.first_offset_ = bytes.signed_32(kinds);
  for (std::size_t i = 0; i < counts.changes; ++i) {
    const auto kind = static_cast<std::size_t>(bytes.number(numbers + i, 1));
    if (kind >= counts.kinds) return no_zone();
    zone.changes_.push_back(
        {bytes.number(times + i * 8, 8), bytes.signed_32(kinds + kind * kKindBytes)});
  }
  const bool goes_on_by_a_rule = tzif.substr(end).find(',') != std::string_view::npos;
  const bool ends_too_soon = zone.changes_.empty() || zone.changes_.back().at < kFarEnough;
  if (goes_on_by_a_rule && ends_too_soon) return no_zone();
  if (!std::ranges::is_sorted(zone.changes_, {}, &Change::at)) return no_zone();
  return zone;
}

std::int64_t TimeZone::local_seconds(WallTime time) const {
  const std::int64_t at = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  const auto next = std::ranges::upper_bound(changes_, at, {}, &Change::at);
  return at + (next == changes_.begin() ? first_offset_ : std::prev(next)->offset);
}

}  // namespace strongroom::vault
