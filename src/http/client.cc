#include "http/client.h"

#include <future>
#include <utility>

namespace strongroom::http {

ExchangeResult send_and_wait(Client& client, OutgoingRequest request) {
  std::promise<ExchangeResult> promise;
  std::future<ExchangeResult> answer = promise.get_future();
  client.send(std::move(request), [promise = std::move(promise)](ExchangeResult result) mutable {
    promise.set_value(std::move(result));
  });
  return answer.get();
}

}  // namespace strongroom::http
