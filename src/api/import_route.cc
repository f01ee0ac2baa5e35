// POST /api/v1/oauth-clients/{id}/import-tokens, and /api/v1/oauth-clients/import for many: tokens
// that people bring along. Nothing of them is in an answer.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/resource.h"
#include "api/resources.h"
#include "base/csv.h"
#include "vault/token_import.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kLongestToken = std::size_t{64} * 1024 + 2;  // and a line break
constexpr std::size_t kLongestContent = std::size_t{256} * 1024;

std::optional<WallTime> read_moment(ObjectReader& body, LiteralText name) {
  const auto text = body.text_or_null(name);
  if (!text || text->empty()) return std::nullopt;
  const auto moment = parse_rfc3339(*text);
  if (!moment) body.refuse(name, "A moment is written as 2026-11-24T03:08:20Z.");
  return moment;
}

void read_tokens(ObjectReader& body, vault::ImportedTokens& tokens) {
  if (!body.take_null("refresh_token")) {
    if (const auto letters = body.secret("refresh_token", kLongestToken)) {
      tokens.refresh_token = oauth::RefreshToken(letters->view());
    }
  }
  if (!body.take_null("access_token")) {
    if (const auto letters = body.secret("access_token", kLongestToken)) {
      tokens.access_token = oauth::AccessToken(letters->view());
    }
  }
  if (!body.take_null("token_secret")) {
    if (const auto letters = body.secret("token_secret", kLongestToken)) {
      tokens.token_secret = oauth::Oauth1TokenSecret(letters->view());
    }
  }
  tokens.expires_at = read_moment(body, "expires_at");
  tokens.scope = body.text_or_null("scope").value_or("");
  tokens.account_name = body.text_or_null("account_name").value_or("");
}

Result<http::Response> import_tokens(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  vault::ImportedTokens tokens;
  read_tokens(body, tokens);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const vault::OAuthClient client,
                 services.token_import.import(call.actor(), id, std::move(tokens)));
  return oauth_client_response(services, call, client);
}

// The columns of a file, by their names in its first line.
enum Column : std::size_t {
  kLabel,
  kRefreshToken,
  kAccessToken,
  kExpiresAt,
  kScope,
  kTenant,
  kAccountName,
  kTokenSecret,
  kColumns
};
constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "label", "refresh_token", "access_token", "expires_at",
    "scope", "tenant",        "account_name", "token_secret"};

struct Rows {
  std::vector<vault::ImportRow> rows;
  std::vector<vault::ImportFailure> wrong;  // of those that are none
};

Error at_content(LiteralText message, std::size_t line) {
  return Error{Code::kInvalidArgument, message}
      .with("line", static_cast<std::int64_t>(line))
      .at("/content");
}

// For each column of the file, which of ours it is.
Result<std::vector<std::size_t>> read_header(const CsvRecord& header) {
  std::vector<std::size_t> columns;
  for (const std::string& name : header.fields) {
    const auto* const known = std::ranges::find(kColumnNames, std::string_view(name));
    if (known == kColumnNames.end()) {
      return at_content(
          "The first line names the columns: label, refresh_token, access_token, expires_at, "
          "scope, tenant, account_name, token_secret. There is another name.",
          header.line);
    }
    const auto column = static_cast<std::size_t>(known - kColumnNames.begin());
    if (std::ranges::find(columns, column) != columns.end()) {
      return at_content("The first line names a column twice.", header.line);
    }
    columns.push_back(column);
  }
  if (std::ranges::find(columns, std::size_t{kLabel}) == columns.end()) {
    return at_content("The first line does not name the column label.", header.line);
  }
  return columns;
}

void add_record(const CsvRecord& record, const std::vector<std::size_t>& columns, Rows& out) {
  std::array<std::string_view, kColumns> fields{};
  for (std::size_t i = 0; i < std::min(columns.size(), record.fields.size()); ++i) {
    fields[columns[i]] = record.fields[i];
  }
  if (record.fields.size() != columns.size()) {
    // What stands where the label should be may be a token.
    out.wrong.push_back(
        {record.line, "", "", "The line has another number of fields than the first line."});
    return;
  }
  vault::ImportRow row{.line = record.line,
                       .label = std::string(fields[kLabel]),
                       .tenant = std::string(fields[kTenant])};
  if (!fields[kRefreshToken].empty()) {
    row.tokens.refresh_token = oauth::RefreshToken(fields[kRefreshToken]);
  }
  if (!fields[kAccessToken].empty()) {
    row.tokens.access_token = oauth::AccessToken(fields[kAccessToken]);
  }
  if (!fields[kTokenSecret].empty()) {
    row.tokens.token_secret = oauth::Oauth1TokenSecret(fields[kTokenSecret]);
  }
  if (!fields[kExpiresAt].empty()) {
    row.tokens.expires_at = parse_rfc3339(fields[kExpiresAt]);
    if (!row.tokens.expires_at) {
      out.wrong.push_back(
          {record.line, row.label, "expires_at", "A moment is written as 2026-11-24T03:08:20Z."});
      return;
    }
  }
  row.tokens.scope = fields[kScope];
  row.tokens.account_name = fields[kAccountName];
  out.rows.push_back(std::move(row));
}

Result<Rows> rows_of_csv(std::string_view content) {
  auto parsed = parse_csv(content, {.max_records = vault::kMaxImportRows + 1});
  if (!parsed) return std::move(parsed.error()).at("/content");
  std::vector<CsvRecord>& records = *parsed;
  Rows out;
  const Status read = [&]() -> Status {
    if (records.empty()) return at_content("There is nothing in the file.", 1);
    STRONGROOM_TRY(const auto columns, read_header(records.front()));
    for (std::size_t i = 1; i < records.size(); ++i) add_record(records[i], columns, out);
    return {};
  }();
  wipe(records);
  STRONGROOM_CHECK(read);
  return out;
}

// A JSON array: `line` is the number of the element, from 1.
Result<Rows> rows_of_json(std::string_view content) {
  Rows out;
  auto parsed = ObjectReader::from_array(content, "rows");
  if (!parsed) return Error{Code::kInvalidArgument, parsed.error().message}.at("/content");
  ObjectReader body = *std::move(parsed);
  body.objects("rows", vault::kMaxImportRows, [&](ObjectReader& item) {
    vault::ImportRow row{.line = out.rows.size() + 1};
    item.require("label");
    row.label = item.text("label").value_or("");
    row.tenant = item.text_or_null("tenant").value_or("");
    read_tokens(item, row.tokens);
    out.rows.push_back(std::move(row));
  });
  if (const Status read = body.finish(); !read) {
    return at_content(read.error().message, std::max<std::size_t>(out.rows.size(), 1));
  }
  return out;
}

http::Response answer_of(const vault::ImportReport& report,
                         const std::vector<vault::ImportFailure>& wrong) {
  JsonWriter json;
  json.begin_object();
  json.member("created", report.created);
  json.member("updated", report.updated);
  json.begin_array("failed");
  std::vector<vault::ImportFailure> failed = wrong;
  failed.insert(failed.end(), report.failed.begin(), report.failed.end());
  std::ranges::sort(failed, {}, &vault::ImportFailure::line);
  for (const vault::ImportFailure& failure : failed) {
    json.begin_object();
    json.member("line", static_cast<std::int64_t>(failure.line));
    json.member("label", failure.label);
    json.member("field", failure.field);
    json.member("detail", failure.detail.view());
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> import_many(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  for (const LiteralText name : {LiteralText("project"), LiteralText("target_system"),
                                 LiteralText("format"), LiteralText("content")}) {
    body.require(name);
  }
  const std::string project = body.text("project").value_or("");
  const std::string system = body.text("target_system").value_or("");
  const std::string format = body.text("format").value_or("");
  if (format != "csv" && format != "json") body.refuse("format", "This is csv or json.");
  const auto content = body.secret("content", kLongestContent);
  const bool dry_run = body.flag("dry_run").value_or(false);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto project_id, find_project(services, call.actor(), project, "/project"));
  STRONGROOM_TRY(const auto system_id,
                 find_target_system(services, call.actor(), project_id, system, "/target_system"));
  STRONGROOM_TRY(Rows rows,
                 format == "csv" ? rows_of_csv(content->view()) : rows_of_json(content->view()));
  STRONGROOM_TRY(const vault::ImportReport report,
                 services.token_import.import_many(call.actor(), project_id, system_id,
                                                   std::move(rows.rows), dry_run));
  return answer_of(report, rows.wrong);
}

}  // namespace

void add_import_routes(const Services& services, std::vector<Route>& routes) {
  constexpr std::string_view kCollection = "/api/v1/oauth-clients";
  routes.push_back(
      {"POST", "/api/v1/oauth-clients/{id}/import-tokens", kCollection, Caller::kPerson, true,
       answering([&services](const Call& call) { return import_tokens(services, call); })});
  routes.push_back(
      {"POST", "/api/v1/oauth-clients/import", kCollection, Caller::kPerson, true,
       answering([&services](const Call& call) { return import_many(services, call); })});
}

}  // namespace strongroom::api
