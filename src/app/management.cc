#include "app/management.h"

#include <memory>
#include <utility>

namespace strongroom::app {
namespace {

http::Response text(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

http::Response readiness(const std::vector<HealthCheck>& checks) {
  bool ready = true;
  std::string body;
  for (const HealthCheck& check : checks) {
    const bool well = check.is_well();
    ready = ready && well;
    body.append(well ? "[+] " : "[-] ").append(check.name.view()).append("\n");
  }
  body.append(ready ? "ready\n" : "not ready\n");
  return text(ready ? 200 : 503, std::move(body));
}

http::Response metrics(const std::vector<Metric>& gathered) {
  http::Response response = text(200, to_prometheus_text(gathered));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace

http::Handler management_handler(std::vector<HealthCheck> checks,
                                 std::function<std::vector<Metric>()> collect) {
  return [checks = std::move(checks), collect = std::move(collect)](const http::Request& request,
                                                                    http::Responder responder) {
    if (request.method != "GET" && request.method != "HEAD") {
      return std::move(responder).send(text(405, "only GET\n"));
    }
    if (request.path == "/livez") return std::move(responder).send(text(200, "alive\n"));
    if (request.path == "/readyz") return std::move(responder).send(readiness(checks));
    if (request.path == "/metrics") return std::move(responder).send(metrics(collect()));
    std::move(responder).send(text(404, "/livez, /readyz or /metrics\n"));
  };
}

}  // namespace strongroom::app
