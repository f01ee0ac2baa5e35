#pragma once
// Target systems that register by themselves at the authorization server that their issuer names:
// with a document at this server's own address that is their client id (client id metadata
// documents), or by asking for one (RFC 7591). Its end and its renewal go the same way (RFC 7592).
//
// enroll() -> what is stored is read -> one request with no transaction open -> what came back is
// compared with what was asked for -> consumer key, secret and the registration in one commit. A
// crash between answer and commit leaves a registration at the provider that nobody has a secret
// of; where the commit fails, it is taken back at once.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "oauth/registration.h"
#include "oauth/token_client.h"
#include "storage/registration_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/target_systems.h"
#include "vault/types.h"

namespace strongroom::vault {

enum class RegistrationWay : std::uint8_t {
  kDocument,  // a client id metadata document
  kDynamic,   // RFC 7591
};
std::string_view to_text(RegistrationWay way);  // "document", "dynamic"
std::optional<RegistrationWay> registration_way_from_text(std::string_view text);

struct Registration {
  RegistrationWay way = RegistrationWay::kDynamic;
  std::string issuer;
  std::string client_id;
  bool is_in_use = false;                          // false: another consumer key was entered since
  bool is_managed = false;                         // it can be renewed and ended from here
  std::optional<WallTime> secret_expires_at = {};  // nullopt: never
  WallTime created_at{};
  std::optional<WallTime> renewed_at = {};
  std::string failure = {};  // name of an oauth::FailureCause, or of a problem; empty: none
};

// What the path of a document looks like: "/oauth-clients/{target system}/client.json".
inline constexpr std::string_view kDocumentPath = "/oauth-clients/";
inline constexpr std::string_view kDocumentName = "/client.json";

// Safe to use from any thread; what blocks is for workers.
class Registrations {
 public:
  // All must outlive this. `public_url`: under which this server is reached; callable from any
  // thread.
  Registrations(Context& context, TargetSystems& target_systems, oauth::TokenClient& token_client,
                std::function<std::string()> public_url)
      : context_(context),
        target_systems_(target_systems),
        token_client_(token_client),
        public_url_(std::move(public_url)) {}

  struct Wish {
    std::optional<oauth::InitialAccessToken> initial_access_token = {};
    bool replace = false;                     // a consumer key that is there already
    std::optional<RegistrationWay> way = {};  // nullopt: a document where the server takes them
  };
  // Registers. Needs kConfigure. Blocks while the provider answers.
  //
  // Errors:
  //   kConflict  "has_consumer_key": there is one, and nobody wants to replace it; "no_issuer";
  //              "pending_metadata": what the issuer says now waits for approval; "no_metadata";
  //              "no_registration": its server offers no such way; "no_public_url": a document
  //              needs an https address; "callback_not_own"; "no_registration_method";
  //              "registration_unacceptable": the answer is not what was asked for
  //   as oauth::as_error() of what the provider said; as TargetSystems::update()
  Result<TargetSystem> enroll(const Actor& actor, TargetSystemId id, Wish wish);

  // nullopt: it did not register by itself. Needs kView.
  Result<std::optional<Registration>> get(const Actor& actor, TargetSystemId id);

  // Has the provider forget it, and takes consumer key and secrets away. Needs kConfigure. False:
  // the provider does not do that: somebody has to go there. Blocks.
  // Errors: kConflict "not_registered"; the provider cannot be asked now: nothing was changed.
  Result<bool> end(const Actor& actor, TargetSystemId id);

  // The client id metadata document of a target system that registered with one. Anybody may have
  // it: public keys and addresses. Errors: kNotFound, of whatever else.
  Result<std::string> document(TargetSystemId id);

  // Renews what expires soon, at most `limit` of them, in the server's own name. What fails
  // is logged, and shown with the registration. Blocks.
  void renew_due(std::size_t limit);

 private:
  struct Stored;
  struct Document {
    Revision revision = 0;
    std::string text;
  };

  Result<Stored> load(TargetSystemId id);
  Result<oauth::ClientFacts> facts_of(const Stored& stored, const catalogue::Provider& provider);
  Result<TargetSystem> by_document(const Actor& actor, const Stored& stored,
                                   const catalogue::Provider& provider);
  Result<TargetSystem> by_request(const Actor& actor, const Stored& stored,
                                  const catalogue::Provider& provider,
                                  const oauth::InitialAccessToken* token);
  Result<TargetSystem> keep(const Actor& actor, const Stored& stored,
                            const oauth::ClientFacts& facts, oauth::RegisteredClient client);
  Result<oauth::Removal> end_at_provider(const Stored& stored);
  Result<oauth::RegisteredClient> ask_again(const Stored& stored);
  Status renew(TargetSystemId id);
  Status keep_renewed(const Stored& stored, const TargetSystemFields& fields,
                      storage::RegistrationRow row);
  oauth::RawResult send(const Stored& stored, oauth::TokenRequest request);
  oauth::Removal take_back(const Stored& stored, const std::string& endpoint,
                           const oauth::RegistrationAccessToken& token);
  void take_back_former(const Stored& stored);
  std::string document_url(TargetSystemId id) const;
  static std::string client_name(const TargetSystem& system);

  Context& context_;
  TargetSystems& target_systems_;
  oauth::TokenClient& token_client_;
  const std::function<std::string()> public_url_;
  Guarded<std::unordered_map<TargetSystemId, Document, UuidHash>> documents_;
};

}  // namespace strongroom::vault
