#include "cli/output.h"

#include <algorithm>
#include <iostream>
#include <vector>

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::cli {
namespace {

std::string text_of(const boost::json::value& value) {
  if (value.is_string()) return harmless(value.get_string());
  if (value.is_null()) return "-";
  if (const auto* list = value.if_array()) {
    std::string joined;
    for (const auto& item : *list) joined += (joined.empty() ? "" : ", ") + text_of(item);
    return joined.empty() ? "-" : joined;
  }
  return harmless(boost::json::serialize(value));
}

std::string member_text(const boost::json::object& object, std::string_view path) {
  const std::size_t dot = path.find('.');
  const boost::json::value* const member = object.if_contains(path.substr(0, dot));
  if (member == nullptr) return "-";
  if (dot == std::string_view::npos) return text_of(*member);
  const std::string_view rest = path.substr(dot + 1);
  if (const auto* list = member->if_array()) {
    std::string joined;
    for (const auto& item : *list) {
      const boost::json::object* const one = item.if_object();
      if (one != nullptr) joined += (joined.empty() ? "" : ", ") + member_text(*one, rest);
    }
    return joined.empty() ? "-" : joined;
  }
  const boost::json::object* const inner = member->if_object();
  return inner == nullptr ? "-" : member_text(*inner, rest);
}

// Columns are aligned by characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void add_row(std::string& out, const std::vector<std::string>& cells,
             const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out += cells[i];
    if (i + 1 < cells.size()) out.append(widths[i] - width(cells[i]) + 2, ' ');
  }
  out += '\n';
}

// Of a text of several lines, such as a certificate, the first one and how many there are.
std::string first_line(const boost::json::value& value) {
  const auto* const text = value.if_string();
  const std::size_t end = text == nullptr ? std::string_view::npos : text->find('\n');
  if (end == std::string_view::npos || end + 1 == text->size()) return text_of(value);
  const auto breaks = std::count(text->begin(), text->end(), '\n');
  const auto lines = breaks + (text->ends_with("\n") ? 0 : 1);
  return harmless(std::string_view(*text).substr(0, end)) + " … (" + std::to_string(lines) +
         " lines)";
}

const boost::json::array* list_of_objects(const boost::json::value& value) {
  const auto* const list = value.if_array();
  const bool has_others =
      list == nullptr || list->empty() ||
      std::ranges::any_of(*list, [](const auto& one) { return !one.is_object(); });
  return has_others ? nullptr : list;
}

void add_lines(std::string& out, const boost::json::object& object, const std::string& prefix) {
  for (const auto& [name, value] : object) {
    const std::string path = prefix + std::string(name);
    if (const auto* inner = value.if_object()) {
      add_lines(out, *inner, path + ".");
    } else if (const auto* list = list_of_objects(value)) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        add_lines(out, list->at(i).as_object(), path + "." + std::to_string(i) + ".");
      }
    } else {
      out += path + ": " + first_line(value) + "\n";
    }
  }
}

ExitCode exit_code(int status) {
  switch (status) {
    case 401:
    case 403:
      return ExitCode::kNotAuthorized;
    case 404:
      return ExitCode::kNotFound;
    case 409:
    case 412:
    case 428:
      return ExitCode::kConflict;
    case 424:
      return ExitCode::kProviderFailed;
    case 429:
    case 503:
      return ExitCode::kTryAgain;
    default:
      return ExitCode::kError;
  }
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return out;
}

std::string table(const boost::json::array& items, std::span<const Column> columns) {
  std::vector<std::vector<std::string>> rows(1);
  for (const Column& column : columns) rows[0].emplace_back(column.heading);
  for (const auto& item : items) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Column& column : columns) {
      row.push_back(member_text(item.as_object(), column.member));
    }
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) add_row(out, row, widths);
  return out;
}

std::string sheet(const boost::json::object& object) {
  std::string out;
  add_lines(out, object, "");
  return out;
}

ExitCode report_problem(const Answer& answer) {
  const auto document = parse_json(answer.body.reveal());
  if (!document || !document->is_object()) {
    std::cerr << "error: the server answered " << answer.status
              << " without a problem document; is this the right address?\n";
    return exit_code(answer.status);
  }
  const boost::json::object& problem = document->get_object();
  std::cerr << "error: " << member_text(problem, "detail") << "\n";
  for (const char* const member :
       {"field", "line", "column", "hint", "target_systems", "existing", "permission", "max_ttl",
        "cause", "who_must_act", "where", "clock_skew_s", "retry_after", "type", "request_id"}) {
    if (problem.contains(member)) {
      std::cerr << "  " << member << ": " << member_text(problem, member) << "\n";
    }
  }
  if (member_text(problem, "code") == "needs_consent") return ExitCode::kNeedsPerson;
  return exit_code(answer.status);
}

ExitCode report_error(const Error& error) {
  std::cerr << "error: " << error.message.view();
  if (!error.detail.empty()) std::cerr << " (" << harmless(error.detail) << ")";
  std::cerr << "\n";
  switch (error.code) {
    case Code::kInvalidArgument:
      return ExitCode::kUsage;
    case Code::kNotFound:
      return ExitCode::kNotFound;
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
      return ExitCode::kNotAuthorized;
    case Code::kNeedsConsent:
      return ExitCode::kNeedsPerson;
    case Code::kProviderRefused:
      return ExitCode::kProviderFailed;
    case Code::kConflict:
    case Code::kPreconditionFailed:
    case Code::kPreconditionRequired:
      return ExitCode::kConflict;
    case Code::kRateLimited:
    case Code::kUnavailable:
      return ExitCode::kTryAgain;
    case Code::kCorrupt:
    case Code::kInternal:
      return ExitCode::kError;
  }
  return ExitCode::kError;
}

}  // namespace strongroom::cli
