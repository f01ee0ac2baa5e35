#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

struct ProjectResource {
  using Item = vault::Project;
  using Id = vault::ProjectId;
  static constexpr std::string_view kPath = "/api/v1/projects";
  static constexpr std::string_view kPathWithId = "/api/v1/projects/{id}";
  static constexpr std::string_view kRestorePath = "/api/v1/projects/{id}/restore";
  static constexpr LiteralText kDeletionHint =
      "Nothing was changed. Deleting stops every look-up in the project; disabling its OAuth "
      "clients one by one does so too, and forgets nothing.";
  static constexpr LiteralText kDeletedHint =
      "It can be restored for seven days: POST /api/v1/projects/{id}/restore. Then its encryption "
      "key is destroyed; backups from before still hold it.";

  const Services& services;

  vault::Projects& collection() const { return services.projects; }

  // By id, or by name.
  Result<Id> find(const Call& call) const {
    auto id = find_project(services, call.actor(), call.path(0), "");
    if (!id && id.error().code == Code::kInvalidArgument) return Call::not_found();
    return id;
  }

  Result<ListRequest> read_query(const Call&, QueryReader& query) const {
    ListRequest list = read_list(query);
    list.query.deleted = query.flag("deleted").value_or(false);
    return list;
  }

  Result<vault::ProjectFields> read_fields(const Call&, ObjectReader& body,
                                           const Item* current) const {
    vault::ProjectFields fields;
    fields.name = body.text("name");
    fields.description = body.text_or_null("description");
    if (const auto text = body.text("robot_access")) {
      fields.strict_robot_access = *text == "strict";
      if (*text != "strict" && *text != "default") {
        body.refuse("robot_access", "This must be default or strict.");
      }
    }
    if (current == nullptr) body.require("name");
    STRONGROOM_CHECK(body.finish());
    return fields;
  }

  void write(JsonWriter& json, const Item& project, Names&) const {
    json.begin_object();
    json.member("id", project.id);
    json.member("name", project.name);
    json.member("description", project.description);
    json.member("robot_access", project.strict_robot_access ? "strict" : "default");
    write_stamps(json, project.stamps);
    json.end_object();
  }
};

}  // namespace

void add_project_routes(const Services& services, std::vector<Route>& routes) {
  Resource<ProjectResource>::add_routes(services, routes);
}

}  // namespace strongroom::api
