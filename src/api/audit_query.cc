#include "api/audit_query.h"

#include <string>
#include <utility>

#include "api/read_id.h"
#include "api/references.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kMostWords = 8;

// An id in its one text form, so that it is found in the trail whatever its case was.
std::string read_id_text(QueryReader& query, LiteralText name) {
  const auto id = read_id<Uuid>(query, name);
  return id ? id->text() : std::string();
}

std::optional<WallTime> read_time(QueryReader& query, LiteralText name) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) query.refuse(name, "This must be a date or a time.");
  return time;
}

// The words of `q`, all of which are looked for.
std::vector<std::string> read_words(QueryReader& query) {
  std::vector<std::string> words;
  const std::string text = query.text_or_nothing("q").value_or("");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (words.size() > kMostWords) query.refuse("q", "These are too many words.");
  return words;
}

}  // namespace

Result<audit::Trail::Query> read_audit_query(const Services& services, const Call& call,
                                             QueryReader& reader, std::int64_t longest_page) {
  audit::Trail::Query query;
  query.action = reader.text("action").value_or("");
  query.outcome = reader.text("outcome").value_or("");
  query.subject_id = read_id_text(reader, "subject_id");
  query.actor_id = read_id_text(reader, "actor_id");
  query.since = read_time(reader, "since");
  query.until = read_time(reader, "until");
  query.words = read_words(reader);
  query.before_sequence = reader.number("before", 1, INT64_MAX).value_or(0);
  query.limit = static_cast<std::size_t>(
      reader.number("page_size", 1, longest_page).value_or(vault::ListQuery{}.page_size));
  const auto project = reader.text("project");
  STRONGROOM_CHECK(reader.finish());
  if (project) {
    STRONGROOM_TRY(const auto id, find_project(services, call.actor(), *project, "project"));
    query.project_id = id.text();
  }
  return query;
}

}  // namespace strongroom::api
