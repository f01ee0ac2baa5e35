#include "cli/pretty_json.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

namespace strongroom::cli {
namespace {

using boost::json::value;

constexpr std::size_t kShort = 80;

bool is_plain(const value& one) { return !one.is_object() && !one.is_array(); }

void append(std::string& out, const value& one, std::size_t depth);

void begin_line(std::string& out, bool first, std::size_t depth) {
  out.append(first ? "\n" : ",\n").append(2 * depth, ' ');
}

void append_array(std::string& out, const boost::json::array& list, std::size_t depth) {
  const std::string line = serialize(list);
  const bool short_one = line.size() <= kShort && std::ranges::all_of(list, is_plain);
  if (short_one) {
    out.append(line);
    return;
  }
  out.push_back('[');
  bool first = true;
  for (const value& one : list) {
    begin_line(out, std::exchange(first, false), depth + 1);
    append(out, one, depth + 1);
  }
  out.append("\n").append(2 * depth, ' ').push_back(']');
}

void append_object(std::string& out, const boost::json::object& object, std::size_t depth) {
  if (object.empty()) {
    out.append("{}");
    return;
  }
  out.push_back('{');
  bool first = true;
  for (const auto& member : object) {
    begin_line(out, std::exchange(first, false), depth + 1);
    out.append(serialize(value(member.key()))).append(": ");
    append(out, member.value(), depth + 1);
  }
  out.append("\n").append(2 * depth, ' ').push_back('}');
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser let it be
void append(std::string& out, const value& one, std::size_t depth) {
  if (one.is_object()) {
    append_object(out, one.get_object(), depth);
  } else if (one.is_array()) {
    append_array(out, one.get_array(), depth);
  } else {
    out.append(serialize(one));
  }
}

}  // namespace

std::string pretty(const value& whole) {
  std::string text;
  append(text, whole, 0);
  text.push_back('\n');
  return text;
}

}  // namespace strongroom::cli
