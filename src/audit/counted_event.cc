#include "audit/counted_event.h"

#include <charconv>

namespace strongroom::audit {

std::string to_json(const Event& event, std::int64_t count) {
  std::string out = to_json(event);
  out.pop_back();
  return out.append(",\"count\":").append(std::to_string(count)).append("}");
}

std::optional<std::int64_t> removed_events(std::string_view body) {
  constexpr std::string_view kAction = R"(,"action":"audit.expired","outcome":"success")";
  constexpr std::string_view kCount = ",\"count\":";
  constexpr std::size_t kActionAt = kTimePosition + kTimeLength;  // behind the time and its quote
  if (body.size() < kActionAt || !body.substr(kActionAt).starts_with(kAction)) return std::nullopt;
  const std::size_t found = body.rfind(kCount);
  if (found == std::string_view::npos || !body.ends_with('}')) return std::nullopt;
  std::int64_t count = 0;
  const char* const end = body.data() + body.size() - 1;
  const auto [stop, problem] = std::from_chars(body.data() + found + kCount.size(), end, count);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return count;
}

}  // namespace strongroom::audit
