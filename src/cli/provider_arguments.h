#pragma once
// What the commands about provider files are given.

#include <string>
#include <vector>

namespace strongroom::cli {

struct ProviderCheckArguments {
  std::vector<std::string> files;  // or directories
  bool built_in = false;           // they are those of the program itself
  bool as_json = false;
};

// No secret is among them: files that hold one are named, or a terminal is asked.
struct ProviderTryArguments {
  std::string entry;                           // a file, or the id of a built-in entry
  std::string grant;                           // empty: the entry's first that can be tried
  std::string consumer_key;                    // empty: the terminal is asked
  std::string consumer_secret_file;            // "-": standard input; empty: the terminal is asked
  std::string subject_token_file;              // of token exchange; "-": standard input
  std::string client_authentication;           // empty: the entry's first
  std::string tenant;                          // empty: none
  std::string resource;                        // empty: none
  std::vector<std::string> scopes;             // empty: those of the entry
  std::vector<std::string> parameters;         // "name=value"
  std::string ca_file;                         // empty: the CAs that the machine trusts
  std::vector<std::string> allowed_addresses;  // besides the public internet
  std::string proxy;                           // empty: none
  std::string port = "0";                      // of the callback; 0: the system chooses
  std::string wait_seconds = "300";            // for the person who signs in
  bool open_browser = false;
  bool keep = false;  // the tokens are not revoked
};

}  // namespace strongroom::cli
