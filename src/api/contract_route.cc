#include "api/contract.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {

void add_contract_route(std::vector<Route>& routes) {
  routes.push_back({"GET",
                    "/api/v1/openapi.yaml",
                    {},
                    Caller::kAnybody,
                    false,
                    answering([](const Call&) -> Result<http::Response> {
                      http::Response response = json_response({});
                      response.standing_body = contract_text();
                      response.content_type = "application/yaml";
                      return response;
                    })});
}

}  // namespace strongroom::api
