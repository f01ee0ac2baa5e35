#include "http/mail_exchange.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace strongroom::http {
namespace {

using Timer = std::chrono::steady_clock;  // sockets wait in real time

// What comes from elsewhere: the log gets visible ASCII only.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, 200));
  std::ranges::replace_if(
      out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

std::string url_of(const MailSender::Place& place) {
  const bool is_v6 = place.host.find(':') != std::string::npos;
  std::string url(place.security == MailSender::Security::kTls ? "smtps://" : "smtp://");
  url.append(is_v6 ? "[" + place.host + "]" : place.host);
  return url.append(":").append(std::to_string(place.port)).append("/");
}

// The commands of RFC 5321 that libcurl says; what goes on with AUTH has no name.
std::optional<MailStage> stage_of(std::string_view command) {
  struct Named {
    std::string_view verb;
    MailStage stage;
  };
  constexpr Named kNamed[] = {
      {"EHLO", MailStage::kHello},        {"HELO", MailStage::kHello},
      {"STARTTLS", MailStage::kStartTls}, {"AUTH ", MailStage::kSignIn},
      {"MAIL FROM:", MailStage::kSender}, {"RCPT TO:", MailStage::kRecipient},
      {"DATA", MailStage::kData},         {"QUIT", MailStage::kFarewell},
  };
  for (const Named& named : kNamed) {
    if (command.starts_with(named.verb)) return named.stage;
  }
  return std::nullopt;
}

}  // namespace

MailResult MailExchange::run() {
  if (!prepare()) {
    return tl::make_unexpected(
        MailFailure{MailTrouble::kLocal, "The mail could not be prepared.", place_.host});
  }
  return result(curl_easy_perform(easy_.get()));
}

// Whatever came after the server had taken the mail, such as no answer to QUIT, is no failure.
MailResult MailExchange::result(CURLcode code) const {
  if (accepted_) return {};
  const MailOutcome outcome{.code = talkative_ ? CURLE_WEIRD_SERVER_REPLY : code,
                            .stage = stage_,
                            .reply = talkative_ ? 0 : reply_,
                            .security = place_.security,
                            .has_login = place_.login.has_value()};
  std::string detail = place_.host;
  const char* const text = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  detail.append(": ").append(printable(text));
  // An answer to AUTH may have letters of the password in it.
  if (!last_line_.empty() && stage_ != MailStage::kSignIn) {
    detail.append("; ").append(printable(last_line_));
  }
  return tl::make_unexpected(mail_failure_of(outcome, std::move(detail)));
}

template <class T>
void MailExchange::set(CURLoption option, T value) {
  if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK) options_taken_ = false;
}

bool MailExchange::prepare() {
  easy_.reset(curl_easy_init());
  if (easy_ == nullptr) return false;
  set_place();
  set_trust();
  set_login();
  set_mail();
  set_callbacks();
  return options_taken_;
}

void MailExchange::set_place() {
  const bool implicit = place_.security == MailSender::Security::kTls;
  set(CURLOPT_URL, url_of(place_).c_str());
  set(CURLOPT_PROTOCOLS_STR, implicit ? "smtps" : "smtp");
  set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  set(CURLOPT_PROXY, "");  // neither of these is to be taken from the environment
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // nobody waits for a name that nobody resolves
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);  // so that QUIT is said while `stopping` is still asked
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(MailSender::kConnectPatience.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(MailSender::kPatience.count()));
}

void MailExchange::set_trust() {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSL_CTX_FUNCTION, &MailExchange::about_to_shake_hands);
  set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);  // a resumed session skips the certificate
  if (place_.trusted_ca_pem.empty()) return;
  curl_blob pem{const_cast<char*>(place_.trusted_ca_pem.data()), place_.trusted_ca_pem.size(),
                CURL_BLOB_NOCOPY};
  set(CURLOPT_CAINFO_BLOB, &pem);
  const char* const none = nullptr;  // the system's roots count for nothing where a CA is named
  set(CURLOPT_CAINFO, none);
  set(CURLOPT_CAPATH, none);
}

// libcurl copies both into memory that is wiped when it is freed. The password goes over TLS, so
// the mechanisms that hide it add nothing but ways to fail.
void MailExchange::set_login() {
  if (!place_.login) return;
  set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  set(CURLOPT_USERNAME, place_.login->user.c_str());
  std::string password;
  password.reserve(place_.login->password.reveal().size() + 1);
  password = place_.login->password.reveal();
  set(CURLOPT_PASSWORD, password.c_str());
  wipe(password);
}

void MailExchange::set_mail() {
  const std::string from = "<" + mail_.from + ">";
  const std::string to = "<" + mail_.to + ">";
  set(CURLOPT_MAIL_FROM, from.c_str());
  recipients_.reset(curl_slist_append(nullptr, to.c_str()));
  if (recipients_ == nullptr) options_taken_ = false;
  set(CURLOPT_MAIL_RCPT, recipients_.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail_.text.size()));
}

// Verbose, because libcurl tells in no other way what it has just said; our function writes none
// of it anywhere.
void MailExchange::set_callbacks() {
  void* const self = this;
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_OPENSOCKETFUNCTION, &MailExchange::open_socket);
  set(CURLOPT_OPENSOCKETDATA, self);
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, &MailExchange::watch);
  set(CURLOPT_DEBUGDATA, self);
  set(CURLOPT_HEADERFUNCTION, &MailExchange::take_answer);
  set(CURLOPT_HEADERDATA, self);
  set(CURLOPT_READFUNCTION, &MailExchange::give_text);
  set(CURLOPT_READDATA, self);
  set(CURLOPT_XFERINFOFUNCTION, &MailExchange::give_up);
  set(CURLOPT_XFERINFODATA, self);
  set(CURLOPT_NOPROGRESS, 0L);
}

curl_socket_t MailExchange::open_socket(void* self, curlsocktype /*purpose*/,
                                        curl_sockaddr* address) {
  static_cast<MailExchange*>(self)->stage_ = MailStage::kConnect;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// libcurl has just obeyed $SSLKEYLOGFILE; we do not. OpenSSL would leave what it decrypted in its
// buffer.
CURLcode MailExchange::about_to_shake_hands(CURL* /*curl*/, void* context, void* self) {
  auto* const tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_keylog_callback(tls, nullptr);
  SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
  auto& exchange = *static_cast<MailExchange*>(self);
  exchange.stage_ = MailStage::kHandshake;
  exchange.reply_ = 0;
  return CURLE_OK;
}

int MailExchange::watch(CURL* /*curl*/, curl_infotype type, char* data, std::size_t size,
                        void* self) {
  if (type == CURLINFO_HEADER_OUT) {
    static_cast<MailExchange*>(self)->note_command({data, size});
  }
  return 0;
}

void MailExchange::note_command(std::string_view command) {
  const auto stage = stage_of(command);
  if (!stage) return;
  if (*stage == MailStage::kFarewell) {
    farewell_at_ = Timer::now();
    return;  // whatever went wrong did so before
  }
  stage_ = *stage;
  reply_ = 0;
}

std::size_t MailExchange::take_answer(char* data, std::size_t /*one*/, std::size_t size,
                                      void* self) {
  auto& exchange = *static_cast<MailExchange*>(self);
  exchange.answer_bytes_ += size;
  exchange.talkative_ = exchange.answer_bytes_ > MailSender::kLongestAnswers;
  if (exchange.talkative_) return 0;
  if (exchange.farewell_at_ == Timer::time_point()) exchange.note_answer({data, size});
  return size;
}

// "250-..." goes on, "250 ..." ends an answer (RFC 5321 section 4.2.1).
void MailExchange::note_answer(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  last_line_ = line.substr(0, 200);
  int reply = 0;
  const auto digits = line.substr(0, 3);
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), reply);
  const bool is_last = line.size() == 3 || (line.size() > 3 && line[3] == ' ');
  if (problem != std::errc() || end != digits.data() + 3 || !is_last) return;
  reply_ = reply;
  if (stage_ == MailStage::kConnect || stage_ == MailStage::kHandshake) stage_ = MailStage::kHello;
  if (stage_ == MailStage::kText && given_ == mail_.text.size() && reply == 250) accepted_ = true;
}

std::size_t MailExchange::give_text(char* out, std::size_t one, std::size_t size, void* self) {
  auto& exchange = *static_cast<MailExchange*>(self);
  if (exchange.stage_ != MailStage::kText) exchange.reply_ = 0;
  exchange.stage_ = MailStage::kText;
  const std::string_view rest = std::string_view(exchange.mail_.text).substr(exchange.given_);
  const std::size_t part = std::min(rest.size(), one * size);
  std::memcpy(out, rest.data(), part);
  exchange.given_ += part;
  return part;
}

bool MailExchange::is_over() const {
  const bool said_farewell = farewell_at_ != Timer::time_point();
  return stopping_() ||
         (said_farewell && Timer::now() - farewell_at_ > MailSender::kFarewellPatience);
}

// Not 0: libcurl gives up.
int MailExchange::give_up(void* self, curl_off_t /*to_get*/, curl_off_t /*got*/,
                          curl_off_t /*to_send*/, curl_off_t /*sent*/) {
  return static_cast<const MailExchange*>(self)->is_over() ? 1 : 0;
}

}  // namespace strongroom::http
