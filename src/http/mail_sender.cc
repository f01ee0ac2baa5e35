#include "http/mail_sender.h"

#include <algorithm>
#include <csignal>
#include <string_view>

#include "http/curl_memory.h"
#include "http/mail_exchange.h"
#include "http/mail_message.h"

namespace strongroom::http {
namespace {

// A server that closes early would end the process.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

// Nothing in it may lead libcurl anywhere else: it becomes part of a URL.
bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return c > ' ' && c < 0x7f &&
           std::string_view("/\\@?#%[]\"<>").find(c) == std::string_view::npos;
  });
}

MailResult local(LiteralText message, std::string detail) {
  return tl::make_unexpected(MailFailure{MailTrouble::kLocal, message, std::move(detail)});
}

}  // namespace

MailResult MailSender::send(const Mail& mail, const Stopping& stopping) const {
  if (!is_host(place_.host) || place_.port < 1 || place_.port > 65'535) {
    return local("This is no host and port of a mail server.", place_.host);
  }
  if (!is_mail_address(mail.from) || !is_mail_address(mail.to)) {
    return local("This is no e-mail address that mail can be sent to.", "");
  }
  if (mail.text.size() > kLongestMail) {
    return local("The mail is too long.", std::to_string(mail.text.size()) + " bytes");
  }
  start_curl();
  block_sigpipe();
  return MailExchange(place_, mail, stopping).run();
}

}  // namespace strongroom::http
