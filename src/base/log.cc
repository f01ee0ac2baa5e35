#include "base/log.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <mutex>
#include <utility>

#include <unistd.h>

#include "base/json.h"
#include "base/overloaded.h"

namespace strongroom {
namespace {

std::string_view json_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string_view text_level(LogLevel level) {  // one width, so that messages line up
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO ";
    case LogLevel::kWarning:
      return "WARN ";
    case LogLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid_argument";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kPermissionDenied:
      return "permission_denied";
    case Code::kNotFound:
      return "not_found";
    case Code::kConflict:
      return "conflict";
    case Code::kPreconditionFailed:
      return "precondition_failed";
    case Code::kPreconditionRequired:
      return "precondition_required";
    case Code::kNeedsConsent:
      return "needs_consent";
    case Code::kProviderRefused:
      return "provider_refused";
    case Code::kRateLimited:
      return "rate_limited";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

// A value that a person reads without quotes and that cannot be taken for two.
bool is_bare_word(std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+@";
  return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

void append_string(std::string& out, std::string_view text, bool quote_always) {
  if (!quote_always && is_bare_word(text)) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

using Value = decltype(LogField::value);

void append_value(std::string& out, const Value& value, bool json) {
  std::visit(Overloaded{
                 [&](std::int64_t number) { append_number(out, number); },
                 [&](double number) {
                   if (std::isfinite(number)) {
                     append_number(out, number);
                   } else {
                     out += "null";  // JSON has no word for it
                   }
                 },
                 [&](bool flag) { out += flag ? "true" : "false"; },
                 [&](const Uuid& uuid) { append_string(out, uuid.text(), json); },
                 [&](std::string_view text) { append_string(out, text, json); },
             },
             value);
}

void append_field(std::string& out, std::string_view name, const Value& value, bool json) {
  if (json) {
    out.push_back(',');
    append_json_string(out, name);
    out.push_back(':');
  } else {
    out.push_back(' ');
    out += name;
    out.push_back('=');
  }
  append_value(out, value, json);
}

void append_head(std::string& out, WallTime now, LogLevel level, std::string_view message,
                 bool json) {
  const std::string time = rfc3339_millis(now);
  if (!json) {
    constexpr std::size_t kHourAt = 11;
    out.append(time, kHourAt, time.size() - kHourAt - 1);
    out.append(1, ' ').append(text_level(level)).append(1, ' ').append(message);
    return;
  }
  out.append(R"({"time":")").append(time).append(R"(","level":")").append(json_level(level));
  out.append(R"(","message":)");
  append_json_string(out, message);
}

}  // namespace

struct Log::State {
  State(const Clock& the_clock, Format the_format, Sink the_sink, LogLevel the_threshold)
      : clock(the_clock), format(the_format), sink(std::move(the_sink)), threshold(the_threshold) {}

  const Clock& clock;
  const Format format;
  const Sink sink;
  std::atomic<LogLevel> threshold;
  std::mutex mutex;
  std::string line;  // under mutex; keeps its capacity from line to line
};

Log::Log(const Clock& clock, Format format, Sink sink, LogLevel threshold)
    : state_(std::make_shared<State>(clock, format, std::move(sink), threshold)) {}

Log::Sink Log::standard_error() {
  return [](std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;  // nobody listens any more, and there is nowhere else to say so
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

void Log::debug(LiteralText message, std::initializer_list<LogField> fields) {
  write(LogLevel::kDebug, message, fields, nullptr);
}

void Log::info(LiteralText message, std::initializer_list<LogField> fields) {
  write(LogLevel::kInfo, message, fields, nullptr);
}

void Log::warning(LiteralText message, std::initializer_list<LogField> fields) {
  write(LogLevel::kWarning, message, fields, nullptr);
}

void Log::error(LiteralText message, std::initializer_list<LogField> fields) {
  write(LogLevel::kError, message, fields, nullptr);
}

void Log::failed(LiteralText message, const Error& error, std::initializer_list<LogField> fields) {
  write(LogLevel::kError, message, fields, &error);
}

void Log::set_threshold(LogLevel threshold) { state_->threshold = threshold; }

void Log::write(LogLevel level, LiteralText message, std::initializer_list<LogField> fields,
                const Error* error) {
  if (level < state_->threshold) return;
  const bool json = state_->format == Format::kJson;
  const WallTime now = state_->clock.now();
  const std::lock_guard lock(state_->mutex);
  std::string& line = state_->line;
  line.clear();
  append_head(line, now, level, message.view(), json);
  for (const LogField& field : fields) append_field(line, field.name.view(), field.value, json);
  if (error != nullptr) {
    append_field(line, "code", code_name(error->code), json);
    append_field(line, "error", error->message.view(), json);
    if (!error->detail.empty()) append_field(line, "detail", error->detail, json);
  }
  line += json ? "}\n" : "\n";
  state_->sink(line);
}

}  // namespace strongroom
