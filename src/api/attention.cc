#include "api/attention.h"

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

void write(JsonWriter& json, const AttentionItem& item) {
  json.begin_object();
  json.member("kind", item.kind);
  json.member("since", item.since);
  json.member("count", item.count);
  if (item.subject) {
    json.begin_object("subject");
    json.member("id", item.subject->id);
    json.member("name", item.subject->name);
    json.end_object();
  } else {
    json.member("subject", nullptr);
  }
  json.end_object();
}

Result<http::Response> attention(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  STRONGROOM_CHECK(query.finish());
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const AttentionSource& source : services.attention) {
    for (const AttentionItem& item : source(call.actor().grants)) write(json, item);
  }
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_attention_route(const Services& services, std::vector<Route>& routes) {
  RouteAdder(services, routes)("GET", "/api/v1/attention", attention);
}

}  // namespace strongroom::api
