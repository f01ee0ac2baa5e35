#pragma once
// What projects, target systems, OAuth clients and robots have in common: six routes.
//
// A resource is a struct with
//   using Item, Id, Fields;                        the vault's types
//   static constexpr …kPath, kPathWithId, kRestorePath;
//   collection()                                   the vault's class
//   Result<ListRequest> read_query(call, query)    which filters it knows; or its own like that
//   Result<Fields> read_fields(call, body, current)  `current` is null on creation
//   void write(json, item, names)
//   Result<http::Response> dry_run(call, item, fields)  where a PATCH can be tried; may be left out
//   static constexpr LiteralText kDeletionHint, kDeletedHint

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/etag.h"
#include "api/list_request.h"
#include "api/object_reader.h"
#include "api/references.h"
#include "api/router.h"
#include "api/services.h"

namespace strongroom::api {

// A handler that answers at once.
template <class Handle>
std::function<void(Call)> answering(Handle handle) {
  return [handle](Call call) {
    Result<http::Response> response = handle(std::as_const(call));
    std::move(call).answer(std::move(response));
  };
}

// Adds routes whose handlers take (services, call) and answer at once, on a worker.
class RouteAdder {
 public:
  // `collection` as in Route; `services` must outlive the routes.
  RouteAdder(const Services& services, std::vector<Route>& routes, std::string_view collection = {})
      : services_(services), routes_(routes), collection_(collection) {}

  template <class Handle>
  void operator()(std::string_view method, std::string_view pattern, Handle* handle,
                  Caller caller = Caller::kPerson) const {
    routes_.push_back({method, pattern, collection_, caller, true,
                       answering([&services = services_, handle](const Call& call) {
                         return handle(services, call);
                       })});
  }

 private:
  const Services& services_;
  std::vector<Route>& routes_;
  const std::string_view collection_;
};

// The "created_at", "updated_at", "deleted_at" and "revision" of every resource.
void write_stamps(JsonWriter& json, const vault::Stamps& stamps);

// The answer to a DELETE.
http::Response deletion(const vault::Affected& affected, bool dry_run, LiteralText hint);

// `query`'s dry_run, and nothing else.
Result<bool> read_dry_run(std::string_view query);

template <class R>
class Resource {
 public:
  using Item = typename R::Item;

  explicit Resource(const Services& services) : services_(services), resource_{services} {}

  static void add_routes(const Services& services, std::vector<Route>& routes) {
    const auto self = std::make_shared<Resource>(services);
    const auto add = [&](std::string_view method, std::string_view pattern, auto member) {
      routes.push_back(
          {method, pattern, R::kPath, Caller::kPerson, true,
           answering([self, member](const Call& call) { return ((*self).*member)(call); })});
    };
    add("GET", R::kPath, &Resource::list);
    add("POST", R::kPath, &Resource::create);
    add("GET", R::kPathWithId, &Resource::get);
    add("PATCH", R::kPathWithId, &Resource::update);
    add("DELETE", R::kPathWithId, &Resource::remove);
    add("POST", R::kRestorePath, &Resource::restore);
  }

  // The item as JSON, with its ETag.
  http::Response answer(const Call& call, const Item& item, int status = 200) {
    Names names(services_, call.actor());
    JsonWriter json;
    resource_.write(json, item, names);
    http::Response response = json_response(json.take(), status);
    response.headers.push_back({"ETag", etag(item.stamps.revision)});
    return response;
  }

 private:
  Result<http::Response> list(const Call& call) {
    STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
    STRONGROOM_TRY(const auto request, resource_.read_query(call, query));
    STRONGROOM_CHECK(query.finish());
    STRONGROOM_TRY(const auto page, resource_.collection().list(call.actor(), request.query));
    Names names(services_, call.actor());
    JsonWriter json;
    begin_page(json);
    for (const Item& item : page.items) resource_.write(json, item, names);
    end_page(json, page.total, request.page);
    return json_response(json.take());
  }

  Result<http::Response> create(const Call& call) {
    STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
    STRONGROOM_TRY(auto fields, resource_.read_fields(call, body, nullptr));
    STRONGROOM_TRY(const Item item, resource_.collection().create(call.actor(), std::move(fields)));
    http::Response response = answer(call, item, 201);
    response.headers.push_back({"Location", std::string(R::kPath) + "/" + item.id.text()});
    return response;
  }

  Result<http::Response> get(const Call& call) {
    STRONGROOM_TRY(const auto id, resource_.find(call));
    STRONGROOM_TRY(const Item item, resource_.collection().get(call.actor(), id));
    return answer(call, item);
  }

  Result<http::Response> update(const Call& call) {
    STRONGROOM_TRY(const auto id, resource_.find(call));
    STRONGROOM_TRY(ObjectReader body,
                   ObjectReader::from_body(call.request(), BodyKind::kMergePatch));
    STRONGROOM_TRY(const Item current, resource_.collection().get(call.actor(), id));
    STRONGROOM_CHECK(check_if_match(call.request().if_match, true, current.stamps.revision));
    STRONGROOM_TRY(auto fields, resource_.read_fields(call, body, &current));
    if constexpr (requires { resource_.dry_run(call, current, fields); }) {
      STRONGROOM_TRY(const bool is_trial, read_dry_run(call.request().query));
      if (is_trial) return resource_.dry_run(call, current, fields);
    }
    STRONGROOM_TRY(const Item item,
                   resource_.collection().update(call.actor(), id, current.stamps.revision,
                                                 std::move(fields)));
    return answer(call, item);
  }

  Result<http::Response> remove(const Call& call) {
    STRONGROOM_TRY(const auto id, resource_.find(call));
    STRONGROOM_TRY(const bool dry_run, read_dry_run(call.request().query));
    std::optional<vault::Revision> expected;
    if (!call.request().if_match.empty()) {
      STRONGROOM_TRY(const Item current, resource_.collection().get(call.actor(), id));
      STRONGROOM_CHECK(check_if_match(call.request().if_match, false, current.stamps.revision));
      expected = current.stamps.revision;  // compared again where nobody can come in between
    }
    if (dry_run) {
      STRONGROOM_TRY(const auto affected, resource_.collection().affected(call.actor(), id));
      return deletion(affected, true, R::kDeletionHint);
    }
    STRONGROOM_TRY(const auto affected, resource_.collection().remove(call.actor(), id, expected));
    return deletion(affected, false, R::kDeletedHint);
  }

  Result<http::Response> restore(const Call& call) {
    STRONGROOM_TRY(const auto id, call.id<typename R::Id>(0));
    STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
    STRONGROOM_TRY(const Item item, resource_.collection().restore(call.actor(), id));
    return answer(call, item);
  }

  const Services& services_;
  R resource_;
};

}  // namespace strongroom::api
