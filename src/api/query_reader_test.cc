#include "api/query_reader.h"

#include <gtest/gtest.h>

#include "api/list_request.h"

namespace strongroom::api {
namespace {

std::string field_of(const Error& error) {
  const ErrorValue* field = error.find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

TEST(QueryReader, DecodesNamesAndValues) {
  auto query = QueryReader::parse("a=one+two&b%5F=%C3%A9%26&&c=");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->text("a"), "one two");
  EXPECT_EQ(query->text("b_"), "\xc3\xa9&");
  EXPECT_EQ(query->text_or_nothing("c"), std::nullopt);
  EXPECT_EQ(query->text("d"), std::nullopt);
  EXPECT_TRUE(query->finish().has_value());
}

TEST(QueryReader, RefusesEmptyValues) {
  for (const char* text : {"state=", "state", "flag=", "number="}) {
    auto query = QueryReader::parse(text);
    ASSERT_TRUE(query.has_value()) << text;
    query->text("state");
    query->flag("flag");
    query->number("number", 1, 2);
    const Status finished = query->finish();
    ASSERT_FALSE(finished.has_value()) << text;
    EXPECT_EQ(field_of(finished.error()), std::string(text).substr(0, std::string(text).find('=')));
  }
}

TEST(QueryReader, RefusesWhatIsNotWellFormed) {
  for (const char* query : {"a=%", "a=%2", "a=%zz", "a=%00", "a=%0a", "a=%7f", "%1b=a", "a=%ff",
                            "a=%c3%28", "a=%ed%a0%80"}) {
    EXPECT_FALSE(QueryReader::parse(query).has_value()) << query;
  }
}

TEST(QueryReader, RefusesAParameterThatIsThereTwice) {
  const auto query = QueryReader::parse("page=1&p%61ge=2");
  ASSERT_FALSE(query.has_value());
  EXPECT_EQ(field_of(query.error()), "page");
}

TEST(QueryReader, RefusesParametersThatNobodyTook) {
  auto query = QueryReader::parse("page=1&pagesize=2");
  EXPECT_EQ(query->text("page"), "1");
  EXPECT_EQ(field_of(query->finish().error()), "pagesize");
}

TEST(QueryReader, DoesNotRepeatWhatCannotBeAName) {
  auto query = QueryReader::parse(std::string(65, 'x') + "=1");
  EXPECT_EQ(field_of(query->finish().error()), "");
}

TEST(QueryReader, RefusesTooManyParameters) {
  std::string query;
  for (int i = 0; i < 33; ++i) query += "p" + std::to_string(i) + "=1&";
  EXPECT_FALSE(QueryReader::parse(query).has_value());
}

TEST(ListRequest, ReadsPagesWithinTheirLimits) {
  auto query = QueryReader::parse("page=3&page_size=20&sort=-name&filter=a");
  const ListRequest list = read_list(*query);
  ASSERT_TRUE(query->finish().has_value());
  EXPECT_EQ(list.query.offset, 40);
  EXPECT_EQ(list.query.page_size, 20);
  EXPECT_EQ(list.query.sort, "-name");
  EXPECT_EQ(list.query.filter, "a");
}

TEST(ListRequest, AnEmptyFilterLetsEverythingThroughButAnEmptySortIsRefused) {
  auto query = QueryReader::parse("filter=");
  EXPECT_EQ(read_list(*query).query.filter, "");
  EXPECT_TRUE(query->finish().has_value());
  query = QueryReader::parse("filter=&sort=");
  read_list(*query);
  EXPECT_EQ(field_of(query->finish().error()), "sort");
}

TEST(ListRequest, RefusesNumbersOutsideTheirLimits) {
  for (const char* text :
       {"page=0", "page=-1", "page=1.5", "page=+1", "page=%201", "page=99999999999999999999",
        "page=1000000001", "page_size=0", "page_size=1001", "page_size=x"}) {
    auto query = QueryReader::parse(text);
    ASSERT_TRUE(query.has_value()) << text;
    read_list(*query);
    const Status finished = query->finish();
    ASSERT_FALSE(finished.has_value()) << text;
    EXPECT_EQ(field_of(finished.error()), std::string(text).substr(0, std::string(text).find('=')));
  }
}

}  // namespace
}  // namespace strongroom::api
