// GET /api/v1/audit-events/export: the trail in parts, to be put one behind the other.

#include "api/audit_query.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kFewestAtOnce = 100;  // each part is an event more in the trail
constexpr std::int64_t kMostAtOnce = 5000;

Result<vault::ExportFormat> read_format(QueryReader& reader) {
  const std::string format = reader.text("format").value_or("json");
  if (format == "csv") return vault::ExportFormat::kCsv;
  if (format != "json") reader.refuse("format", "This must be csv or json.");
  return vault::ExportFormat::kJson;
}

Result<http::Response> take_out(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader reader, QueryReader::parse(call.request().query));
  STRONGROOM_TRY(const auto format, read_format(reader));
  const std::int64_t after = reader.number("after", 0, INT64_MAX).value_or(0);
  const std::int64_t limit =
      reader.number("limit", kFewestAtOnce, kMostAtOnce).value_or(kMostAtOnce);
  STRONGROOM_TRY(auto query, read_audit_query(services, call, reader, kMostAtOnce));
  query.limit = static_cast<std::size_t>(limit);
  STRONGROOM_TRY(auto part, services.audit_log.take_out(call.actor(), query, after, format));
  http::Response response = json_response(std::move(part.text));
  const bool is_csv = format == vault::ExportFormat::kCsv;
  response.content_type = is_csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.headers.push_back(
      {"Content-Disposition",
       is_csv ? "attachment; filename=\"audit.csv\"" : "attachment; filename=\"audit.ndjson\""});
  if (part.next_after > 0) {
    response.headers.push_back({"X-Next-After", std::to_string(part.next_after)});
  }
  return response;
}

}  // namespace

void add_audit_export_route(const Services& services, std::vector<Route>& routes) {
  RouteAdder(services, routes)("GET", "/api/v1/audit-events/export", take_out);
}

}  // namespace strongroom::api
