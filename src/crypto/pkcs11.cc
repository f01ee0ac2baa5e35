#include "crypto/pkcs11.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "crypto/pkcs11_session.h"
#include "crypto/private_key_checks.h"
#include "crypto/token_key.h"

namespace strongroom::crypto {
namespace {

constexpr LiteralText kMissing = "security_token_missing";

constexpr LiteralText kPin = "security_token_pin";

// A key that is not there although the module has just looked will not come by asking again.
constexpr std::chrono::seconds kFresh{2};

}  // namespace

class Pkcs11::Impl {
 public:
  Impl(Options options, std::unique_ptr<Pkcs11Module> module)
      : label_(std::move(options.token)),
        pin_(std::move(options.pin)),
        module_(std::move(module)) {}

  Status sign_in() {
    return with_sitting([](Pkcs11Sitting&) -> Status { return {}; });
  }
  const TokenPin& pin() const { return pin_; }

  // Does `work` at the token; once more, from a new beginning, where the token or the key is gone.
  template <class Work>
  auto with_sitting(Work work) -> decltype(work(std::declval<Pkcs11Sitting&>())) {
    for (int attempt = 0;; ++attempt) {
      std::shared_lock reading(mutex_);
      const std::uint64_t seen = beginnings_;
      if (!sitting_) {
        reading.unlock();
        STRONGROOM_CHECK(begin(seen));
        reading.lock();
      }
      const std::shared_ptr<Pkcs11Sitting> sitting = sitting_;
      if (!sitting) return token_error(CKR_TOKEN_NOT_PRESENT, "sitting");
      auto result = work(*sitting);
      reading.unlock();
      if (result.has_value()) return result;
      const bool again = note(result.error(), sitting);
      if (!again || attempt == 1) return result;
    }
  }

 private:
  // `seen`: how many beginnings there had been when somebody found none that lasts. Whoever waited
  // for a later one takes what came of it, so that a hundred who wait ask the token once.
  Status begin(std::uint64_t seen) {
    const std::lock_guard alone(mutex_);  // nobody is inside the module
    if (sitting_ || pin_trouble_) return sitting_ ? Status() : Status(*pin_trouble_);
    if (beginnings_ != seen && last_trouble_) return Status(*last_trouble_);
    auto begun = try_to_begin();
    ++beginnings_;
    last_trouble_.reset();
    if (begun) {
      sitting_ = *std::move(begun);
      begun_at_ = std::chrono::steady_clock::now();
      return {};
    }
    last_trouble_ = std::move(begun).error();
    if (last_trouble_->problem == kPin) pin_trouble_ = last_trouble_;
    return Status(*last_trouble_);
  }

  // The module may have to be asked anew to see a token that came back.
  Result<std::shared_ptr<Pkcs11Sitting>> try_to_begin() {
    if (!stale_) {
      auto begun = Pkcs11Sitting::begin(module_->functions(), label_, pin_);
      if (begun || begun.error().problem != kMissing) return begun;
    }
    stale_ = true;
    STRONGROOM_CHECK(module_->begin_anew());
    stale_ = false;
    return Pkcs11Sitting::begin(module_->functions(), label_, pin_);
  }

  // Gives the sitting up where it is to blame; whether to try again with a new one.
  bool note(const Error& trouble, const std::shared_ptr<Pkcs11Sitting>& sitting) {
    const std::lock_guard alone(mutex_);
    if (trouble.problem == kPin) pin_trouble_ = trouble;
    const bool no_key = trouble.code == Code::kNotFound;
    if (!no_key && trouble.problem != kMissing && trouble.problem != kPin) return false;
    if (sitting_ != sitting) return true;  // somebody else gave it up
    if (no_key && std::chrono::steady_clock::now() - begun_at_ < kFresh) return false;
    sitting_.reset();
    stale_ = true;
    return true;
  }

  const std::string label_;
  const TokenPin pin_;
  const std::unique_ptr<Pkcs11Module> module_;
  std::shared_mutex mutex_;  // shared: inside the module; alone: none is. Guards what follows
  std::shared_ptr<Pkcs11Sitting> sitting_;
  std::chrono::steady_clock::time_point begun_at_;
  bool stale_ = true;  // the module does not know what is there now
  std::uint64_t beginnings_ = 0;
  std::optional<Error> last_trouble_;
  std::optional<Error> pin_trouble_;  // for good: the next attempt could lock the token
};

Result<std::shared_ptr<Pkcs11>> Pkcs11::load(Options options) {
  STRONGROOM_TRY(auto module, Pkcs11Module::load(options.module));
  auto impl = std::make_unique<Impl>(std::move(options), std::move(module));
  return std::shared_ptr<Pkcs11>(new Pkcs11(std::move(impl)));
}

Pkcs11::Pkcs11(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pkcs11::~Pkcs11() = default;

Status Pkcs11::sign_in() { return impl_->sign_in(); }

Result<PrivateKey> Pkcs11::find(const std::shared_ptr<Pkcs11>& tokens, const Pkcs11Uri& uri) {
  auto half = tokens->impl_->with_sitting([&](Pkcs11Sitting& sitting) -> Result<std::string> {
    STRONGROOM_TRY(const TokenObject key, sitting.find(uri));
    return sitting.public_half(key);
  });
  if (!half) {
    if (half.error().code == Code::kNotFound) half.error().code = Code::kInvalidArgument;
    return std::move(half).error();
  }
  STRONGROOM_TRY(Pkcs11Uri own, Pkcs11Uri::parse(uri.text()));
  return PrivateKeyChecks::admit_in_token(
      *half, std::make_shared<const TokenKey>(TokenKey{tokens, std::move(own)}));
}

Result<std::string> Pkcs11::sign(const Pkcs11Uri& uri, SignatureAlgorithm algorithm,
                                 std::string_view text) {
  auto signature = impl_->with_sitting(
      [&](Pkcs11Sitting& sitting) { return sitting.sign(uri, algorithm, text, impl_->pin()); });
  if (signature || signature.error().code != Code::kNotFound) return signature;
  Error error = std::move(signature).error();
  error.code = Code::kUnavailable;
  error.message =
      "The security token is there, and the key is not on it. Whoever runs the server must bring "
      "the key back, or enter another one.";
  error.problem = "security_token_key_missing";
  return error;
}

}  // namespace strongroom::crypto
