#include "vault/destination.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

class DestinationTest : public VaultWorld {
 protected:
  // Of a target system whose provider is described by a file of one's own, which `change` changes.
  template <class Change>
  std::string digest(const Change& change) {
    json::object source;
    source["page"] = "https://provider.example/docs";
    source["read"] = "2026-11-27";
    json::object entry;
    entry["id"] = "own";
    entry["name"] = "Own";
    entry["grants"] = {"client_credentials"};
    entry["token_endpoint"] = "https://id.provider.example/token";
    entry["client_authentication"] = {"client_secret_basic"};
    json::object sources;
    change(entry);
    for (const char* const fact : {"grants", "token_endpoint", "client_authentication",
                                   "introspection_endpoint", "variables"}) {
      if (entry.contains(fact)) sources[fact] = json::array{source};
    }
    entry["sources"] = sources;
    const std::string directory = directory_.file("providers");
    std::filesystem::create_directory(directory);
    std::ofstream(directory + "/own.json") << json::serialize(entry);
    const auto catalogue = catalogue::Catalogue::with_own_files(directory);
    EXPECT_TRUE(catalogue.has_value()) << catalogue.error().detail;
    TargetSystem system;
    system.service_provider = "own";
    return catalogue ? destination_digest(*catalogue, system) : std::string();
  }
  std::string with_introspection_at(std::string_view address) {
    return digest([&](json::object& entry) { entry["introspection_endpoint"] = address; });
  }
};

TEST_F(DestinationTest, AnotherEndpointOfTheSameOriginIsNoOther) {
  const std::string before = digest([](json::object&) {});
  EXPECT_EQ(with_introspection_at("https://id.provider.example/introspect"), before);
  EXPECT_NE(with_introspection_at("https://other.provider.example/introspect"), before);
  EXPECT_NE(digest([](json::object& entry) {
              entry["token_endpoint"] = "https://id.provider.example/another";
            }),
            before);
}

// An entry that has come to know where to introspect, at an address that somebody enters, holds
// nobody who entered none.
TEST_F(DestinationTest, WhatNobodyEnteredIsNoDestination) {
  const std::string before = digest([](json::object&) {});
  EXPECT_EQ(digest([](json::object& entry) {
              json::object asked;
              asked["name"] = "introspection_endpoint";
              asked["label"] = "Introspection endpoint";
              asked["place"] = "url";
              asked["format"] = "http_url";
              entry["variables"] = json::array{asked};
              entry["introspection_endpoint"] = "{introspection_endpoint}";
            }),
            before);
}

}  // namespace
}  // namespace strongroom::vault
