// What has to do with client certificates: the options of target systems, and what goes out to be
// signed or registered.

#include <iostream>
#include <string>

#include "cli/output.h"
#include "cli/program.h"
#include "cli/requests.h"
#include "cli/resources.h"

namespace strongroom::cli {

void Program::certificate_options(Command app) {
  app.option("--client-certificate-file", o_.client_certificate_files,
             "PEM or DER, its issuers behind it if they are wanted; twice while one is replaced")
      .at_most("--client-certificate-file", 2);
  app.option("--client-certificate-key-file", o_.client_certificate_key_files,
             "its private key, PEM or DER; without: a key that the server has")
      .at_most("--client-certificate-key-file", 2);
  app.option("--pkcs12-file", o_.pkcs12_files, "both in one file (.p12, .pfx)")
      .at_most("--pkcs12-file", 2);
  app.option("--client-certificate-password-file", o_.client_certificate_password_file,
             "file with the password of these files, if they have one");
  app.option("--keep-client-certificate", o_.kept_client_certificates,
             "the id of one that stays, tried first; repeatable")
      .at_most("--keep-client-certificate", 2);
  app.option("--keep-client-key", o_.kept_client_keys,
             "the id of a client key that stays; repeatable")
      .at_most("--keep-client-key", 2);
}

void Program::add_certificate_commands(Command app) {
  Command request =
      verb(app, "certificate-request",
           "show a request to sign a certificate for a client key (PKCS#10)", [this](Session& s) {
             QueryParameters query{{"common_name", o_.common_name}};
             if (o_.client_key_id) query.emplace_back("kid", *o_.client_key_id);
             return show_file(s, "certificate-request", query);
           });
  name_argument(request);
  in_project(request);
  request.option("--common-name", o_.common_name, "whose certificate it will be")
      .must_be_given("--common-name");
  request.option("--client-key-id", o_.client_key_id, "the key's kid, if there are several");
  Command shown =
      verb(app, "certificate", "show its client certificate, to register it", [this](Session& s) {
        QueryParameters query;
        if (o_.certificate_id) query.emplace_back("certificate", *o_.certificate_id);
        return show_file(s, "certificate", query);
      });
  name_argument(shown);
  in_project(shown);
  shown.option("--certificate", o_.certificate_id, "its id; without: the one that is tried first");
}

ExitCode Program::show_file(Session& s, const char* what, const QueryParameters& query) const {
  const auto id = resolve(s, kTargetSystem, reference(o_));
  if (!id) return report_error(id.error());
  const auto answer = s.rest.call("GET", "/target-systems/" + *id + "/" + what, query);
  if (!answer) return report_error(answer.error());
  if (answer->status != 200) return print(s, *answer);
  std::cout << answer->body.reveal();
  return ExitCode::kDone;
}

}  // namespace strongroom::cli
