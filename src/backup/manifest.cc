#include "backup/manifest.h"

#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::backup {
namespace {

using boost::json::object;
using boost::json::value;

Error damaged(const char* detail) {
  return Error{Code::kCorrupt, "What the backup says of itself cannot be read.", detail};
}

void number(std::string& out, std::string_view name, std::int64_t value) {
  out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  append_json_string(out, value);
}

Result<std::int64_t> number_of(const object& from, std::string_view name) {
  const value* const member = from.if_contains(name);
  if (member == nullptr || !member->is_int64() || member->get_int64() < 0) {
    return damaged("a number is missing or wrong");
  }
  return member->get_int64();
}

Result<std::string> text_of(const object& from, std::string_view name) {
  const value* const member = from.if_contains(name);
  if (member == nullptr || !member->is_string()) return damaged("a text is missing or wrong");
  return std::string(member->get_string());
}

Result<Uuid> id_of(const object& from, std::string_view name) {
  STRONGROOM_TRY(const std::string written, text_of(from, name));
  const auto id = Uuid::parse(written);
  if (!id) return damaged("an id is wrong");
  return *id;
}

Result<std::vector<object>> objects_of(const object& from, std::string_view name) {
  const value* const member = from.if_contains(name);
  if (member == nullptr || !member->is_array()) return damaged("a list is missing or wrong");
  std::vector<object> objects;
  for (const value& element : member->get_array()) {
    if (!element.is_object()) return damaged("a list holds something else");
    objects.push_back(element.get_object());
  }
  return objects;
}

bool is_digest(std::string_view written) {
  return written.size() == 64 && std::ranges::all_of(written, [](char c) {
           return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
         });
}

// In the order of kPartNames, each at most once, and both databases.
Status check_parts(const Manifest& manifest) {
  const std::string_view* place = std::begin(kPartNames);
  for (const Part& part : manifest.parts) {
    place = std::find(place, std::end(kPartNames), part.name);
    if (place == std::end(kPartNames)) return damaged("a part has no such place");
    if (!is_digest(part.sha256)) return damaged("a digest is wrong");
    ++place;
  }
  for (const std::string_view needed : {kStatePart, kAuditPart}) {
    if (manifest.find(needed) == nullptr) return damaged("a database is missing");
  }
  return {};
}

Status read_lists(const object& from, Manifest& manifest) {
  STRONGROOM_TRY(const auto tables, objects_of(from, "tables"));
  for (const object& entry : tables) {
    TableCount count;
    STRONGROOM_TRY(count.table, text_of(entry, "table"));
    STRONGROOM_TRY(count.rows, number_of(entry, "rows"));
    manifest.tables.push_back(std::move(count));
  }
  STRONGROOM_TRY(const auto parts, objects_of(from, "parts"));
  if (parts.size() > kMaxParts) return damaged("there are too many parts");
  for (const object& entry : parts) {
    Part part;
    STRONGROOM_TRY(part.name, text_of(entry, "name"));
    STRONGROOM_TRY(part.size, number_of(entry, "size"));
    STRONGROOM_TRY(part.sha256, text_of(entry, "sha256"));
    manifest.parts.push_back(std::move(part));
  }
  return check_parts(manifest);
}

}  // namespace

const Part* Manifest::find(std::string_view name) const {
  const auto found = std::ranges::find(parts, name, &Part::name);
  return found == parts.end() ? nullptr : &*found;
}

std::string to_json(const Manifest& manifest) {
  std::string out = "{\"format\":" + std::to_string(manifest.format);
  text(out, "id", manifest.id.text());
  text(out, "created_at", rfc3339_millis(manifest.created_at));
  text(out, "program", manifest.program);
  number(out, "state_schema", manifest.state_schema);
  number(out, "audit_schema", manifest.audit_schema);
  text(out, "server", manifest.server.text());
  number(out, "state_generation", manifest.state_generation);
  number(out, "audit_events", manifest.audit_events);
  text(out, "audit_head", manifest.audit_head);
  out += ",\"tables\":[";
  for (const TableCount& count : manifest.tables) {
    if (out.back() != '[') out += ',';
    out += "{\"table\":";
    append_json_string(out, count.table);
    number(out, "rows", count.rows);
    out += '}';
  }
  out += "],\"parts\":[";
  for (const Part& part : manifest.parts) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":";
    append_json_string(out, part.name);
    number(out, "size", part.size);
    text(out, "sha256", part.sha256);
    out += '}';
  }
  return out + "]}";
}

Result<Manifest> manifest_from_json(std::string_view written) {
  const auto parsed = parse_json(written, {.max_bytes = kMaxManifest, .max_depth = 4});
  if (!parsed || !parsed->is_object()) return damaged("it is no JSON object");
  const object& from = parsed->get_object();
  Manifest manifest;
  STRONGROOM_TRY(manifest.format, number_of(from, "format"));
  if (manifest.format > kFormat) {
    return Error{Code::kConflict,
                 "This backup was made by a newer version of strongroom; restore it with that one, "
                 "or a newer one."}
        .with("format", manifest.format)
        .with("known_format", kFormat);
  }
  STRONGROOM_TRY(manifest.id, id_of(from, "id"));
  STRONGROOM_TRY(const std::string created_at, text_of(from, "created_at"));
  const auto at = parse_rfc3339(created_at);
  if (!at) return damaged("a time is wrong");
  manifest.created_at = *at;
  STRONGROOM_TRY(manifest.program, text_of(from, "program"));
  STRONGROOM_TRY(manifest.state_schema, number_of(from, "state_schema"));
  STRONGROOM_TRY(manifest.audit_schema, number_of(from, "audit_schema"));
  STRONGROOM_TRY(manifest.server, id_of(from, "server"));
  STRONGROOM_TRY(manifest.state_generation, number_of(from, "state_generation"));
  STRONGROOM_TRY(manifest.audit_events, number_of(from, "audit_events"));
  STRONGROOM_TRY(manifest.audit_head, text_of(from, "audit_head"));
  if (!is_digest(manifest.audit_head)) return damaged("a digest is wrong");
  STRONGROOM_CHECK(read_lists(from, manifest));
  return manifest;
}

}  // namespace strongroom::backup
