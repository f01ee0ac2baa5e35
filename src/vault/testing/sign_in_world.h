#pragma once
// A vault with a target system for which people sign in, a journal on a disk that can fail, and a
// provider that gives the answers it was told to give.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/faulty_file.h"
#include "oauth/testing/scripted_token_endpoint.h"
#include "storage/oauth_client_rows.h"
#include "storage/refresh_token_rows.h"
#include "vault/destination.h"
#include "vault/granted_tokens.h"
#include "vault/journal.h"
#include "vault/retrievals.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {

class SignInWorld : public VaultWorld {
 public:
  ~SignInWorld() override;

 protected:
  SignInWorld();

  void SetUp() override;

  static TargetSystemFields sign_in_fields(const std::string& name);
  TargetSystem sign_in_system(const std::string& name);

  // As a new process would.
  void open_journal();
  void restart_retrievals();
  // The process ends here and now, and another one starts on what it left.
  void crash(bool power_failure = false);

  // Somebody signs in: the access token lives for `lifetime`; no refresh token where that is empty.
  void sign_in(OAuthClientId id, const std::string& refresh_token,
               const std::string& access_token = "access-0", Seconds lifetime = Seconds(600));
  void sign_in(const std::string& refresh_token, Seconds lifetime = Seconds(600));
  audit::Event sign_in_event();

  // "token", or what answer_of() says.
  std::string asked(const std::string& resource = {}, std::optional<Actor> person = std::nullopt);
  std::string said(std::string_view parameter) const;

  std::optional<storage::RefreshTokenRow> refresh_row();
  // The text of the stored refresh token; "none".
  std::string refresh_token();
  std::string access_token(const std::string& resource = {});
  OAuthClient stored() { return *clients().get(admin_, client_); }
  std::string cause();
  // The form field of request number `index`, undecoded.
  std::string sent(std::size_t index, std::string_view field) const;

  FaultyDisk disk_{kJournalBytes};
  std::vector<std::string> lines_;  // of the log
  Log lines_log_{clock_, Log::Format::kText,
                 [this](std::string_view line) { lines_.emplace_back(line); }};
  std::unique_ptr<Journal> journal_;
  Uuid process_ = crypto::make_uuid(clock_.now(), random_);
  ProjectId project_;
  TargetSystem system_;
  OAuthClientId client_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  bool stopping_ = false;
  std::optional<Error> last_error_;
  std::unique_ptr<Retrievals> retrievals_;  // last: it answers into what stands above
};

}  // namespace strongroom::vault
