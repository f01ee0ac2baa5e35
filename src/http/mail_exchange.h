#pragma once
// One mail on its way through libcurl, and what came of it.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "http/mail_failure.h"
#include "http/mail_sender.h"

namespace strongroom::http {

// Belongs to the thread that sends. `place`, `mail` and `stopping` must outlive it.
class MailExchange {
 public:
  MailExchange(const MailSender::Place& place, const Mail& mail,
               const MailSender::Stopping& stopping)
      : place_(place), mail_(mail), stopping_(stopping) {}
  MailExchange(const MailExchange&) = delete;
  MailExchange& operator=(const MailExchange&) = delete;

  // The only call.
  MailResult run();

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  template <class T>
  void set(CURLoption option, T value);
  bool prepare();
  void set_place();
  void set_trust();
  void set_login();
  void set_mail();
  void set_callbacks();
  MailResult result(CURLcode code) const;
  void note_command(std::string_view command);
  void note_answer(std::string_view line);
  bool is_over() const;

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode about_to_shake_hands(CURL* curl, void* context, void* self);
  static int watch(CURL* curl, curl_infotype type, char* data, std::size_t size, void* self);
  static std::size_t take_answer(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t give_text(char* out, std::size_t one, std::size_t size, void* self);
  static int give_up(void* self, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
                     curl_off_t sent);

  const MailSender::Place& place_;
  const Mail& mail_;
  const MailSender::Stopping& stopping_;
  std::unique_ptr<curl_slist, FreeList> recipients_;
  std::unique_ptr<CURL, FreeEasy> easy_;  // uses all of the above
  bool options_taken_ = true;
  char error_text_[CURL_ERROR_SIZE] = {};

  MailStage stage_ = MailStage::kName;
  int reply_ = 0;
  std::string last_line_;   // of the server's answers
  bool accepted_ = false;   // the server has said that it has the mail
  bool talkative_ = false;  // it says more than a mail server has to say
  std::size_t answer_bytes_ = 0;
  std::size_t given_ = 0;  // bytes of the mail
  std::chrono::steady_clock::time_point farewell_at_ = {};
};

}  // namespace strongroom::http
