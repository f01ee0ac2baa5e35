// Fills a data directory with OAuth clients that have tokens: what ./dev bench scale measures.
//
//   strongroom_fill --data DIR --requests FILE --clients 1000000 [--robots 100] [--systems 10]
//                   [--token-bytes 1200] [--users 0]
//
// The vault's own services do it, each client as the REST API would: created, granted to the
// robots, its token retrieved. So every row has its MAC, every token its seal, every change its
// digests and its audit event. Three things differ from a server, or a million would take hours:
// HTTP is left out, the provider is a function in this program, and what would be transactions of
// their own share one with those of a few hundred other clients. FILE gets one look-up a client,
// as strongroom_load reads them. With --users there is a group of so many people besides.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config.h"
#include "app/data_directory.h"
#include "app/root_key.h"
#include "app/vault_keys.h"
#include "audit/trail.h"
#include "catalogue/catalogue.h"
#include "crypto/key_ring.h"
#include "crypto/sealer.h"
#include "crypto/uuid.h"
#include "fill_people.h"
#include "grouped_store.h"
#include "http/client.h"
#include "oauth/token_client.h"
#include "storage/migrations.h"
#include "storage/sqlite_store.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/retrievals.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/row_sets.h"
#include "vault/target_systems.h"

namespace strongroom {
namespace {

constexpr std::size_t kGroup = 500;                // clients whose changes share a transaction
constexpr std::string_view kLifetime = "2592000";  // 30 days: what was filled is measured again

struct Options {
  std::string data;
  std::string requests_file;
  std::size_t clients = 1000;
  std::size_t robots = 100;
  std::size_t systems = 10;
  std::size_t token_bytes = 1200;
  std::size_t users = 0;
};

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "strongroom_fill: %s\n", why.c_str());
  std::_Exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) {
    die(std::string(result.error().message.view()) + " " + result.error().detail);
  }
  return *std::move(result);
}
void must(const Status& status) {
  if (!status) die(std::string(status.error().message.view()) + " " + status.error().detail);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* const value = argv[i + 1];
    const auto number = static_cast<std::size_t>(std::strtoull(value, nullptr, 10));
    if (name == "--data") {
      options.data = value;
    } else if (name == "--requests") {
      options.requests_file = value;
    } else if (name == "--clients") {
      options.clients = number;
    } else if (name == "--robots") {
      options.robots = std::max<std::size_t>(number, 1);
    } else if (name == "--systems") {
      options.systems = std::max<std::size_t>(number, 1);
    } else if (name == "--token-bytes") {
      options.token_bytes = number;
    } else if (name == "--users") {
      options.users = number;
    } else {
      die("unknown option " + std::string(name));
    }
  }
  if (options.data.empty() || options.requests_file.empty()) {
    die("--data and --requests are needed");
  }
  return options;
}

// Answers every token request at once, with another token each time.
class Provider final : public http::Client {
 public:
  Provider(const Clock& clock, std::size_t token_bytes)
      : clock_(clock), token_bytes_(token_bytes) {}

  void send(http::OutgoingRequest /*request*/, http::ExchangeDone done) override {
    static constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string body(R"({"access_token":")");
    for (std::size_t i = 0; i < token_bytes_; ++i) body += kLetters[random_() % kLetters.size()];
    body.append(R"(","token_type":"Bearer","expires_in":)").append(kLifetime).append("}");
    http::IncomingResponse response;
    response.status = 200;
    response.headers.push_back({"Content-Type", "application/json"});
    response.body = http::ResponseBody(body);
    response.sent_at = clock_.now();
    response.sent_at_boot = clock_.boot_now();
    done(std::move(response));
  }

 private:
  const Clock& clock_;
  const std::size_t token_bytes_;
  std::minstd_rand random_{20261125};
};

app::Config configuration(const std::string& data) {
  return must(
      app::Config::build({{"data.directory", data, "bench"}, {"profile", "development", "bench"}}));
}

// The parts of the server that decide and store, as app/server_parts.cc builds them.
class Filler {
 public:
  explicit Filler(const Options& options)
      : options_(options),
        directory_(must(app::DataDirectory::open(options.data, log_))),
        keys_(std::move(
                  must(app::find_root_keys(configuration(options.data), directory_, {}, random_))
                      .front()
                      .root),
              random_),
        store_(must(storage::open_sqlite(
            {.path = directory_.state_database(), .on_mac_changes = row_sets_.observer()},
            storage::state_schema(), log_))),
        grouped_(*store_),
        sealer_(keys_, random_),
        catalogue_(must(catalogue::Catalogue::built_in())),
        provider_(clock_, options.token_bytes),
        requests_(options.requests_file) {
    must(app::load_keys(*store_, keys_, clock_, random_, log_));
    must(row_sets_.open(*store_, sealer_));
    trail_ = must(audit::Trail::open({.path = directory_.audit_database()}, *store_, clock_, log_));
    context_ = std::make_unique<vault::Context>(vault::Context{
        grouped_, *trail_, keys_, sealer_, random_, clock_, log_, catalogue_, index_, network_});
    const auto at_once = [](Task task) { return task(), true; };
    retrievals_ = std::make_unique<vault::Retrievals>(*context_, token_client_,
                                                      vault::Retrievals::Workers{at_once, at_once},
                                                      crypto::make_uuid(clock_.now(), random_));
    actor_.id = crypto::make_uuid(clock_.now(), random_);
    actor_.grants = Permissions::all();
  }

  void run() {
    make_surroundings();
    if (options_.users > 0) {
      std::mutex changes;
      const identity::Context people{grouped_, *trail_, sealer_, random_, clock_, log_, changes};
      must(fill_people({grouped_, people, sealer_, keys_}, options_.users));
    }
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < options_.clients; first += kGroup) {
      const std::size_t end = std::min(first + kGroup, options_.clients);
      must(keys_.reserve_ahead());  // inside a transaction it is too late
      must(grouped_.together([&]() -> Status {
        for (std::size_t n = first; n < end; ++n) STRONGROOM_CHECK(add_client(n));
        return {};
      }));
      must(trail_->flush());
      if (end % 50'000 == 0) {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        std::fprintf(stderr, "%zu clients, %.0f a second\n", end,
                     static_cast<double>(end) / taken.count());
      }
    }
    requests_.flush();
    if (!requests_) die("the requests could not be written");
  }

 private:
  // One project, its robots (before there are rules: those would have to be asked each time), and
  // the target systems.
  void make_surroundings() {
    vault::Projects projects(*context_);
    must(projects.ensure_default());
    project_ = must(projects.list(actor_, {})).items.front();
    must(keys_.reserve_ahead());
    vault::Robots robots(*context_);
    for (std::size_t n = 0; n < options_.robots; ++n) {
      const vault::Robot robot = must(robots.create(actor_, {.project = project_.id,
                                                             .name = "robot " + std::to_string(n),
                                                             .path = "bench/load",
                                                             .kind = {}}));
      const vault::NewRobotKey made = must(robots.create_key(actor_, robot.id));
      robot_keys_.emplace_back(made.key.reveal());
    }
    vault::TargetSystems systems(*context_);
    for (std::size_t n = 0; n < options_.systems; ++n) {
      vault::TargetSystemFields fields;
      fields.name = "system " + std::to_string(n);
      fields.project = project_.id;
      fields.service_provider = "generic";
      fields.consumer_key = "bench";
      fields.endpoint_parameters.emplace().emplace("token_endpoint", "https://id.example/token");
      fields.consumer_secrets.emplace();
      fields.consumer_secrets->push_back({oauth::ConsumerSecret("a-consumer-secret"), {}});
      systems_.push_back(must(systems.create(actor_, fields)));
    }
    must(trail_->flush());
  }

  Status add_client(std::size_t n) {
    const vault::TargetSystem& system = systems_[n % systems_.size()];
    vault::OAuthClientFields fields;
    fields.project = project_.id;
    fields.target_system = system.id;
    fields.label = "client " + std::to_string(n);
    STRONGROOM_TRY(const vault::OAuthClient made, clients().create(actor_, fields));
    STRONGROOM_CHECK(
        rules().grant(actor_, {.oauth_client = made.id, .robot = {}, .path_pattern = "bench/*"}));
    Status retrieved = Error{Code::kInternal, "The retrieval did not end at once."};
    retrievals_->retrieve({made.id}, actor_, [&](const vault::RetrievalResult& result) {
      retrieved = result ? Status() : Status(result.error());
    });
    requests_ << "/api/v1/lookup/oauth-clients?project=" << http::form_encode(project_.name)
              << "&target_system=" << http::form_encode(system.name)
              << "&label=" << http::form_encode(made.label) << '\t'
              << robot_keys_[n % robot_keys_.size()] << '\n';
    return retrieved;
  }

  vault::OAuthClients clients() { return vault::OAuthClients(*context_); }
  vault::RobotAccessRules rules() { return vault::RobotAccessRules(*context_); }

  const Options& options_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  Log log_{clock_, Log::Format::kText, Log::standard_error(), LogLevel::kWarning};
  app::DataDirectory directory_;
  crypto::KeyRing keys_;
  vault::RowSets row_sets_;
  std::unique_ptr<storage::Store> store_;
  GroupedStore grouped_;
  crypto::Sealer sealer_;
  std::unique_ptr<audit::Trail> trail_;
  catalogue::Catalogue catalogue_;
  vault::LookupIndex index_;
  oauth::Network network_;  // nothing is sent
  std::unique_ptr<vault::Context> context_;
  Provider provider_;
  oauth::TokenClient token_client_{provider_};
  std::unique_ptr<vault::Retrievals> retrievals_;
  vault::Actor actor_;
  vault::Project project_;
  std::vector<std::string> robot_keys_;
  std::vector<vault::TargetSystem> systems_;
  std::ofstream requests_;
};

}  // namespace
}  // namespace strongroom

int main(int argc, char** argv) {
  const strongroom::Options options = strongroom::read_options(argc, argv);
  strongroom::Filler(options).run();
  return 0;
}
