#include "audit/export.h"

#include <array>
#include <fstream>
#include <istream>
#include <optional>
#include <span>

#include <boost/json.hpp>

#include "audit/recorded_event.h"
#include "base/json.h"
#include "base/uuid.h"
#include "crypto/encoding.h"

namespace strongroom::audit {
namespace {

namespace json = boost::json;

Error bad_line(LiteralText message, std::int64_t line) {
  return Error{Code::kCorrupt, message, "line " + std::to_string(line)}.with("line", line);
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string csv_field(std::string_view value) {
  std::string safe;
  if (!value.empty() &&
      std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos) {
    safe.push_back('\'');
  }
  safe.append(value);
  if (safe.find_first_of("\",\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted.append("\"");
}

std::string csv_of(std::span<const std::string> values) {
  std::string line;
  for (const std::string& value : values) {
    if (&value != values.data()) line.push_back(',');
    line.append(csv_field(value));
  }
  return line.append("\r\n");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : " ").append(text);
  return all;
}

// A line that is longer than any of an export is cut, and then is none.
bool read_line(std::istream& file, std::string& line) {
  line.clear();
  for (char c = 0; file.get(c);) {
    if (c == '\n') return true;
    if (line.size() <= kLongestExportLine) line.push_back(c);
  }
  return !line.empty();
}

// Reads the lines of an export one after the other.
class ExportCheck {
 public:
  ExportCheck(const Expected& expected, const EachLink& each) : check_(expected), each_(each) {}

  Status take(std::string_view text) {
    ++line_;
    const auto parsed = parse_json(text, {.max_bytes = kLongestExportLine, .max_depth = 4});
    const json::object* const object = parsed ? parsed->if_object() : nullptr;
    if (line_ == 1) return begin(object);
    if (object == nullptr) return bad_line("a line of the export is damaged", line_);
    if (ended_) return bad_line("something stands behind the end of the export", line_);
    if (object->contains("body")) return link(*object);
    if (object->contains("checkpoint")) return checkpoint(text_of(*object, "checkpoint"));
    if (object->contains("end")) return end(object->at("end"));
    return bad_line("a line of the export is none that is known", line_);
  }

  Result<Verification> finish() {
    if (line_ == 0) return begin(nullptr).error();
    if (start_) return bad_line("the checkpoint that the export begins behind is missing", line_);
    if (!ended_) return bad_line("the end of the export is missing: the file was cut", line_);
    return check_.finish();
  }

 private:
  Status begin(const json::object* object) {
    if (object == nullptr || number_of(*object, "strongroom_audit") != 1) {
      return Error{Code::kInvalidArgument,
                   "This is no export of an audit trail, or one of a newer version."};
    }
    const json::value* const whole = object->if_contains("is_whole");
    if (whole != nullptr && whole->is_bool() && !whole->get_bool()) {
      return Error{Code::kInvalidArgument,
                   "This export is a part of an audit trail, which cannot be verified; export all "
                   "of it, without a filter."};
    }
    const std::int64_t first = number_of(*object, "first_sequence");
    if (first <= 1) return {};
    const auto hash = crypto::hex_decode(text_of(*object, "start_hash"));
    STRONGROOM_TRY(start_, head_from(first - 1, hash.value_or("")));
    return {};
  }

  Status link(const json::object& object) {
    if (start_) return bad_line("the checkpoint that the export begins behind is missing", line_);
    constexpr std::size_t kIdAt = 7;
    constexpr std::size_t kIdLength = 36;
    storage::EventRow row{
        .sequence = number_of(object, "sequence"), .id = {}, .body = {}, .hash = {}};
    row.body = text_of(object, "body");
    const auto id = row.body.size() < kIdAt + kIdLength
                        ? std::nullopt
                        : Uuid::parse(std::string_view(row.body).substr(kIdAt, kIdLength));
    const auto hash = crypto::hex_decode(text_of(object, "hash"));
    if (!id || !hash) return bad_line("a line of the export is damaged", line_);
    row.id = *id;
    row.hash = *hash;
    STRONGROOM_CHECK(check_.link(row));
    return each_ ? each_(row) : Status();
  }

  Status checkpoint(const std::string& text) {
    if (!start_) return check_.checkpoint(text);
    const Head start = *start_;
    start_.reset();
    return check_.start(start, text);
  }

  Status end(const json::value& value) {
    const json::object* const object = value.if_object();
    if (object == nullptr || number_of(*object, "sequence") != check_.head().sequence ||
        text_of(*object, "hash") != crypto::hex(check_.head().hash)) {
      return bad_line("the export does not end where it says: lines are missing", line_);
    }
    ended_ = true;
    return {};
  }

  TrailCheck check_;
  const EachLink& each_;
  std::int64_t line_ = 0;
  std::optional<Head> start_;  // waits for the checkpoint that signs it
  bool ended_ = false;
};

}  // namespace

std::string export_head(const Trail::Standing& standing, const CheckpointKey* key, bool is_whole) {
  std::string head = R"({"strongroom_audit":1,"server":)";
  append_json_string(head, key == nullptr ? std::string() : key->server());
  append_json_string(head.append(R"(,"public_key":)"),
                     key == nullptr ? std::string() : key->public_key());
  if (!is_whole) return head.append(",\"is_whole\":false}\n");
  head.append(R"(,"first_sequence":)").append(std::to_string(standing.start + 1));
  if (standing.start == 0) return head.append("}\n");
  append_json_string(head.append(R"(,"start_hash":)"), standing.start_hash);
  append_json_string(head.append("}\n{\"checkpoint\":"), standing.start_checkpoint);
  return head.append("}\n");
}

std::string export_line(const Trail::Link& link) {
  std::string line = R"({"sequence":)" + std::to_string(link.entry.sequence) + R"(,"hash":")" +
                     link.entry.hash + R"(","body":)";
  append_json_string(line, link.entry.json);
  line.append("}\n");
  if (link.checkpoint.empty()) return line;
  append_json_string(line.append(R"({"checkpoint":)"), link.checkpoint);
  return line.append("}\n");
}

std::string export_end(const Trail::Entry& last) {
  return R"({"end":{"sequence":)" + std::to_string(last.sequence) + R"(,"hash":")" + last.hash +
         "\"}}\n";
}

std::string csv_head() {
  return "sequence,at,action,outcome,count,actor_kind,actor_id,runner_id,key_id,subject_id,"
         "subject_name,project_id,reason,resource,fingerprint,request_id,peer,fields,id,hash\r\n";
}

std::string csv_line(const Trail::Entry& entry) {
  const auto read = read_event(entry.json);
  const RecordedEvent event = read ? *read : RecordedEvent{};
  const std::array values{std::to_string(entry.sequence),
                          event.at,
                          event.action,
                          event.outcome,
                          std::to_string(event.count),
                          event.actor_kind,
                          event.actor_id,
                          event.runner_id,
                          event.key_id,
                          event.subject_id,
                          event.subject_name,
                          event.project_id,
                          event.reason,
                          event.resource,
                          event.fingerprint,
                          event.request_id,
                          event.peer,
                          joined(event.fields),
                          event.id,
                          entry.hash};
  return csv_of(values);
}

Result<Verification> verify_export(const std::function<bool(std::string&)>& next_line,
                                   const Expected& expected, const EachLink& each) {
  ExportCheck check(expected, each);
  for (std::string line; next_line(line);) STRONGROOM_CHECK(check.take(line));
  return check.finish();
}

Result<Verification> verify_export_file(const std::string& path, const Expected& expected,
                                        const EachLink& each) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Code::kNotFound, "The export cannot be read.", path};
  return verify_export([&](std::string& line) { return read_line(file, line); }, expected, each);
}

}  // namespace strongroom::audit
