#include "crypto/sealer.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/testing/test_vault_keys.h"

namespace strongroom::crypto {
namespace {

using Token = Secret<struct TokenKind>;

const Uuid some_row = *Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
constexpr std::size_t kOverhead = 1 + 16 + 12 + 16;

class SealerTest : public testing::Test {
 protected:
  Place place() const {
    return {.table = "oauth_clients",
            .row = some_row,
            .column = "access_token",
            .scope = keys_.project,
            .generation = 7,
            .destination = "digest of where it may go"};
  }
  bool opens(const Place& where, std::string_view sealed) const {
    std::string out = "kept";
    const Status status = keys_.sealer.open_into(where, sealed, out);
    if (!status.has_value()) {
      EXPECT_EQ(status.error().code, Code::kCorrupt);
      EXPECT_EQ(out, "kept");
    }
    return status.has_value();
  }

  TestVaultKeys keys_;
};

TEST_F(SealerTest, OpensWhatItSealedInTheSamePlace) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1200U, 100'000U}) {
    const std::string text(size, 't');
    const std::string sealed = *keys_.sealer.seal(place(), text);
    EXPECT_EQ(sealed.size(), kOverhead + size);
    const Result<Token> token = keys_.sealer.open<Token>(place(), sealed);
    ASSERT_TRUE(token.has_value());
    EXPECT_EQ(token->reveal(), text);
  }
}

TEST_F(SealerTest, KeepsNothingReadableAndNothingOfThePlaceInTheSealedValue) {
  const std::string sealed = *keys_.sealer.seal(place(), "a token that is a secret");
  EXPECT_EQ(sealed.substr(0, 1), "\x01");
  EXPECT_EQ(sealed.substr(1, 16), keys_.project_key.id.raw());
  for (const std::string_view word : {"token", "secret", "oauth_clients", "digest"}) {
    EXPECT_EQ(sealed.find(word), std::string::npos);
  }
  EXPECT_EQ(sealed.find(some_row.raw()), std::string::npos);
}

TEST_F(SealerTest, NeverSealsTheSameValueTheSameWay) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(seen.insert(*keys_.sealer.seal(place(), "same")).second);
  }
}

TEST_F(SealerTest, OpensInNoOtherPlace) {
  // A-087, E28
  const std::string sealed = *keys_.sealer.seal(place(), "token");
  std::vector<Place> others(10, place());
  others[0].table = "oauth_client";
  others[1].row.bytes[15] ^= std::byte{1};
  others[2].column = "refresh_token";
  others[3].scope = KeyScope{};
  others[4].scope.bytes[0] ^= std::byte{1};
  others[5].generation = 6;
  others[6].generation = 7 + (std::int64_t{1} << 32);
  others[7].destination = "digest of somewhere else";
  others[8].destination = {};
  others[9].generation = -7;
  for (std::size_t i = 0; i < others.size(); ++i) EXPECT_FALSE(opens(others[i], sealed)) << i;
  EXPECT_TRUE(opens(place(), sealed));
}

TEST_F(SealerTest, TakesNoNeighbouringFieldsForOneAnother) {
  // The same letters, shared out differently between table, column and destination.
  Place one = place();
  one.table = "ab";
  one.column = "c";
  one.destination = "de";
  const std::string sealed = *keys_.sealer.seal(one, "token");
  const std::string_view shares[][3] = {{"a", "bc", "de"}, {"abc", "", "de"}, {"ab", "cd", "e"},
                                        {"ab", "cde", ""}, {"", "abc", "de"}, {"abcde", "", ""}};
  for (const auto& share : shares) {
    Place other = one;
    other.table = share[0];
    other.column = share[1];
    other.destination = share[2];
    EXPECT_FALSE(opens(other, sealed));
  }
  EXPECT_TRUE(opens(one, sealed));
}

TEST_F(SealerTest, OpensNothingWithOneBitChanged) {
  const std::string sealed = *keys_.sealer.seal(place(), "a token of some length");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string bad = sealed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(opens(place(), bad)) << "bit " << bit;
  }
}

TEST_F(SealerTest, OpensNothingThatWasCutOrLengthened) {
  const std::string sealed = *keys_.sealer.seal(place(), "a token of some length");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(opens(place(), sealed.substr(0, size))) << "size " << size;
  }
  EXPECT_FALSE(opens(place(), sealed + '\0'));
  EXPECT_FALSE(opens(place(), sealed + sealed));
  EXPECT_FALSE(opens(place(), std::string(200, '\0')));
  EXPECT_FALSE(opens(place(), std::string(200, '\x01')));
}

TEST_F(SealerTest, RefusesAValueUnderAnotherProjectsKey) {
  const KeyScope other = *Uuid::parse("00000000-0000-7000-8000-0000000000bb");
  const WrappedKey other_key = keys_.add(3, other);
  Place there = place();
  there.scope = other;
  const std::string sealed = *keys_.sealer.seal(there, "token");
  EXPECT_FALSE(opens(place(), sealed));  // the whole value, moved

  std::string renamed = *keys_.sealer.seal(place(), "token");
  renamed.replace(1, 16, other_key.id.raw());  // and one that claims the other key
  EXPECT_FALSE(opens(place(), renamed));
  EXPECT_FALSE(opens(there, renamed));
}

TEST_F(SealerTest, HasNoKeyForAProjectThatItDoesNotKnow) {
  Place nowhere = place();
  nowhere.scope.bytes[0] ^= std::byte{1};
  EXPECT_EQ(keys_.sealer.seal(nowhere, "token").error().code, Code::kNotFound);
}

TEST_F(SealerTest, AppendsToTheBufferThatItIsGiven) {
  const std::string sealed = *keys_.sealer.seal(place(), "token");
  std::string out = R"({"access_token":")";
  out.reserve(100);
  const char* const buffer = out.data();
  ASSERT_TRUE(keys_.sealer.open_into(place(), sealed, out).has_value());
  EXPECT_EQ(out, R"({"access_token":"token)");
  EXPECT_EQ(out.data(), buffer);
}

TEST_F(SealerTest, NamesThePlaceButNoValueInItsError) {
  const std::string sealed = *keys_.sealer.seal(place(), "hunter2");
  Place elsewhere = place();
  elsewhere.column = "refresh_token";
  std::string out;
  const Error error = keys_.sealer.open_into(elsewhere, sealed, out).error();
  EXPECT_NE(error.detail.find("oauth_clients.refresh_token"), std::string::npos);
  EXPECT_EQ(error.detail.find("hunter2"), std::string::npos);
}

TEST_F(SealerTest, MacsDependOnPurposeFieldsAndKeyOnly) {
  const Sha256Digest mac = *keys_.sealer.mac("robot_keys", "fields");
  EXPECT_EQ(*keys_.sealer.mac("robot_keys", "fields"), mac);
  EXPECT_NE(*keys_.sealer.mac("robot_access", "fields"), mac);
  EXPECT_NE(*keys_.sealer.mac("robot_keys", "fieldz"), mac);
  EXPECT_NE(*keys_.sealer.mac("robot_keysf", "ields"), mac);
  EXPECT_NE(*keys_.sealer.mac("", "fields"), mac);

  KeyRing later(test_root_key(), keys_.random);  // after a restart
  ASSERT_TRUE(later.install(keys_.server_key).has_value());
  EXPECT_EQ(*Sealer(later, keys_.random).mac("robot_keys", "fields"), mac);
}

TEST_F(SealerTest, MacsDifferFromServerToServer) {
  CountingRandom random(99);
  KeyRing ring(test_root_key(), random);
  const Sealer sealer(ring, random);
  EXPECT_EQ(sealer.mac("robot_keys", "fields").error().code, Code::kNotFound);
  ASSERT_TRUE(ring.install(*ring.make(keys_.server_key.id, KeyScope{})).has_value());
  EXPECT_NE(*sealer.mac("robot_keys", "fields"), *keys_.sealer.mac("robot_keys", "fields"));
}

TEST_F(SealerTest, AStreamOfMacsGivesWhatEachOneAloneDoes) {
  auto stream = keys_.sealer.mac_stream("robot_keys");
  ASSERT_TRUE(stream.has_value());
  for (const std::string_view fields : {"fields", "", "others", "fields"}) {
    EXPECT_EQ(stream->mac(fields), *keys_.sealer.mac("robot_keys", fields));
  }
  CountingRandom random(99);
  KeyRing ring(test_root_key(), random);
  EXPECT_EQ(Sealer(ring, random).mac_stream("robot_keys").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace strongroom::crypto
