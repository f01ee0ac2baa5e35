// GET /api/v1/ca-certificate: what robots have to trust where the server's certificate is one that
// its own CA made. Whoever connects sees that certificate anyway, so anybody may have it.

#include <utility>

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

Result<http::Response> ca_certificate(const Services& services) {
  std::string own = services.server.own_ca();
  if (own.empty()) {
    return Error{Code::kNotFound,
                 "This server's certificate was not made by a CA of its own: who runs it put it "
                 "there, and knows which CA vouches for it."};
  }
  http::Response response;
  response.body = std::move(own);
  response.content_type = "application/x-pem-file";
  return response;
}

}  // namespace

void add_ca_certificate_route(const Services& services, std::vector<Route>& routes) {
  routes.push_back({"GET",
                    "/api/v1/ca-certificate",
                    {},
                    Caller::kAnybody,
                    true,
                    answering([&services](const Call&) { return ca_certificate(services); })});
}

}  // namespace strongroom::api
