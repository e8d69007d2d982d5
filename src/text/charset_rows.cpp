// SPDX-License-Identifier: MIT
#include "text/charset_rows.hpp"

#include <algorithm>
#include <iterator>

namespace drf_messages::text {
namespace {

using Kind = CharsetKind;

/// Python 3.11: Lib/encodings, with what iconv has of it.
constexpr CharsetRow rows[] = {
    {"utf_8 cp65001 u8 utf utf8 utf8_ucs2 utf8_ucs4", Kind::utf8},
    {"utf_8_sig", Kind::utf8_sig},
    {"utf_16 u16 utf16", Kind::utf16},
    {"utf_16_le unicodelittleunmarked utf_16le", Kind::utf16_le},
    {"utf_16_be unicodebigunmarked utf_16be", Kind::utf16_be},
    {"utf_32 u32 utf32", Kind::utf32},
    {"utf_32_le utf_32le", Kind::utf32_le},
    {"utf_32_be utf_32be", Kind::utf32_be},
    {"ascii 646 ansi_x3.4_1968 ansi_x3.4_1986 ansi_x3_4_1968 cp367 csascii ibm367 "
     "iso646_us iso_646.irv_1991 iso_ir_6 us us_ascii",
     Kind::ascii},
    {"latin_1 8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 "
     "iso_8859_1_1987 iso_ir_100 l1 latin latin1",
     Kind::latin1},
    {"cp037 037 csibm037 ebcdic_cp_ca ebcdic_cp_nl ebcdic_cp_us ebcdic_cp_wt ibm037 "
     "ibm039",
     Kind::single_byte,
     "CP037"},
    {"cp1026 1026 csibm1026 ibm1026", Kind::single_byte, "CP1026", U"\x9D\u00B8\u00BC\u00AF"},
    {"cp1125 1125 cp866u ibm1125 ruscii", Kind::single_byte, "CP1125"},
    {"cp1140 1140 ibm1140", Kind::single_byte, "CP1140"},
    {"cp1250 1250 windows_1250", Kind::single_byte, "CP1250"},
    {"cp1251 1251 windows_1251", Kind::single_byte, "CP1251"},
    {"cp1252 1252 windows_1252", Kind::single_byte, "CP1252"},
    {"cp1253 1253 windows_1253", Kind::single_byte, "CP1253"},
    {"cp1254 1254 windows_1254", Kind::single_byte, "CP1254"},
    {"cp1255 1255 windows_1255", Kind::single_byte, "CP1255"},
    {"cp1256 1256 windows_1256", Kind::single_byte, "CP1256"},
    {"cp1257 1257 windows_1257", Kind::single_byte, "CP1257"},
    {"cp1258 1258 windows_1258", Kind::single_byte, "CP1258"},
    {"cp273 273 csibm273 ibm273", Kind::single_byte, "CP273", U"\u00BC\u203E"},
    {"cp424 424 csibm424 ebcdic_cp_he ibm424", Kind::single_byte, "CP424", U"x\u2017\x8F\u00B1"},
    {"cp437 437 cspc8codepage437 ibm437", Kind::single_byte, "CP437"},
    {"cp500 500 csibm500 ebcdic_cp_be ebcdic_cp_ch ibm500", Kind::single_byte, "CP500"},
    {"cp737", Kind::single_byte, "CP737"},
    {"cp775 775 cspc775baltic ibm775", Kind::single_byte, "CP775"},
    {"cp850 850 cspc850multilingual ibm850", Kind::single_byte, "CP850"},
    {"cp852 852 cspcp852 ibm852", Kind::single_byte, "CP852"},
    {"cp855 855 csibm855 ibm855", Kind::single_byte, "CP855"},
    {"cp857 857 csibm857 ibm857", Kind::single_byte, "CP857"},
    {"cp858 858 csibm858 ibm858", Kind::single_byte, "CP858"},
    {"cp860 860 csibm860 ibm860", Kind::single_byte, "CP860"},
    {"cp861 861 cp_is csibm861 ibm861", Kind::single_byte, "CP861"},
    {"cp862 862 cspc862latinhebrew ibm862", Kind::single_byte, "CP862"},
    {"cp863 863 csibm863 ibm863", Kind::single_byte, "CP863"},
    {"cp864 864 csibm864 ibm864", Kind::single_byte, "CP864"},
    {"cp865 865 csibm865 ibm865", Kind::single_byte, "CP865"},
    {"cp866 866 csibm866 ibm866", Kind::single_byte, "CP866"},
    {"cp869 869 cp_gr csibm869 ibm869", Kind::single_byte, "CP869"},
    {"cp874", Kind::single_byte, "CP874"},
    {"hp_roman8 cp1051 cshproman8 ibm1051 r8 roman8", Kind::single_byte, "HP-ROMAN8"},
    {"iso8859_2 csisolatin2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2",
     Kind::single_byte,
     "ISO-8859-2"},
    {"iso8859_3 csisolatin3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3",
     Kind::single_byte,
     "ISO-8859-3"},
    {"iso8859_4 csisolatin4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4",
     Kind::single_byte,
     "ISO-8859-4"},
    {"iso8859_5 csisolatincyrillic cyrillic iso_8859_5 iso_8859_5_1988 iso_ir_144",
     Kind::single_byte,
     "ISO-8859-5"},
    {"iso8859_6 arabic asmo_708 csisolatinarabic ecma_114 iso_8859_6 iso_8859_6_1987 "
     "iso_ir_127",
     Kind::single_byte,
     "ISO-8859-6"},
    {"iso8859_7 csisolatingreek ecma_118 elot_928 greek greek8 iso_8859_7 "
     "iso_8859_7_1987 iso_ir_126",
     Kind::single_byte,
     "ISO-8859-7"},
    {"iso8859_8 csisolatinhebrew hebrew iso_8859_8 iso_8859_8_1988 iso_ir_138",
     Kind::single_byte,
     "ISO-8859-8"},
    {"iso8859_9 csisolatin5 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5",
     Kind::single_byte,
     "ISO-8859-9"},
    {"iso8859_10 csisolatin6 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6",
     Kind::single_byte,
     "ISO-8859-10"},
    {"iso8859_11 iso_8859_11 iso_8859_11_2001 thai", Kind::single_byte, "ISO-8859-11"},
    {"iso8859_13 iso_8859_13 l7 latin7", Kind::single_byte, "ISO-8859-13"},
    {"iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8",
     Kind::single_byte,
     "ISO-8859-14"},
    {"iso8859_15 iso_8859_15 l9 latin9", Kind::single_byte, "ISO-8859-15"},
    {"iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10",
     Kind::single_byte,
     "ISO-8859-16"},
    {"koi8_r cskoi8r", Kind::single_byte, "KOI8-R"},
    {"koi8_t", Kind::single_byte, "KOI8-T"},
    {"koi8_u", Kind::single_byte, "KOI8-U"},
    {"kz1048 kz_1048 rk1048 strk1048_2002", Kind::single_byte, "RK1048"},
    {"mac_cyrillic maccyrillic", Kind::single_byte, "MAC-CYRILLIC", U"\u00FF\u20AC"},
    {"mac_roman macintosh macroman", Kind::single_byte, "MACINTOSH", U"\u00C6\u2206\u00F0\uF8FF"},
    {"ptcp154 cp154 csptcp154 cyrillic_asian pt154", Kind::single_byte, "PT154"},
    {"tis_620 iso_ir_166 tis620 tis_620_0 tis_620_2529_0 tis_620_2529_1",
     Kind::single_byte,
     "TIS-620"},
    {"shift_jis csshiftjis s_jis shiftjis sjis x_mac_japanese",
     Kind::multi_byte,
     "SHIFT_JIS",
     U"\u00A5\\\u203E~"},
    {"cp932 932 ms932 ms_kanji mskanji", Kind::multi_byte, "CP932"},
    {"shift_jisx0213 s_jisx0213 shiftjisx0213 sjisx0213", Kind::multi_byte, "SHIFT_JISX0213"},
    {"euc_jp eucjp u_jis ujis", Kind::multi_byte, "EUC-JP"},
    {"euc_jisx0213 eucjisx0213", Kind::multi_byte, "EUC-JISX0213"},
    {"iso2022_jp csiso2022jp iso2022jp iso_2022_jp", Kind::multi_byte, "ISO-2022-JP"},
    {"iso2022_jp_2 iso2022jp_2 iso_2022_jp_2", Kind::multi_byte, "ISO-2022-JP-2"},
    {"iso2022_jp_3 iso2022jp_3 iso_2022_jp_3", Kind::multi_byte, "ISO-2022-JP-3"},
    {"euc_kr euckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 "
     "x_mac_korean",
     Kind::multi_byte,
     "EUC-KR"},
    {"cp949 949 ms949 uhc", Kind::multi_byte, "CP949"},
    {"johab cp1361 ms1361", Kind::multi_byte, "JOHAB", U"\u20A9\\"},
    {"iso2022_kr csiso2022kr iso2022kr iso_2022_kr", Kind::multi_byte, "ISO-2022-KR"},
    {"gb2312 chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312_1980 gb2312_80 "
     "iso_ir_58 x_mac_simp_chinese",
     Kind::multi_byte,
     "GB2312"},
    {"gbk 936 cp936 ms936", Kind::multi_byte, "GBK"},
    {"gb18030 gb18030_2000", Kind::multi_byte, "GB18030"},
    {"big5 big5_tw csbig5 x_mac_trad_chinese", Kind::multi_byte, "BIG5"},
    {"cp950 950 ms950", Kind::multi_byte, "CP950"},
    {"big5hkscs big5_hkscs hkscs", Kind::multi_byte, "BIG5-HKSCS"},
};

bool has_name(const CharsetRow& row, std::string_view name) {
    for (std::string_view names = row.names; !names.empty();) {
        const auto end = names.find(' ');
        if (names.substr(0, end) == name) {
            return true;
        }
        names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
    }
    return false;
}

} // namespace

const CharsetRow& utf8_row() {
    return row_of(Kind::utf8);
}

const CharsetRow& row_of(CharsetKind kind) {
    return *std::find_if(std::begin(rows), std::end(rows), [kind](const CharsetRow& row) {
        return row.kind == kind;
    });
}

const CharsetRow* find_row(std::string_view name) {
    const auto* row = std::find_if(std::begin(rows), std::end(rows), [name](const CharsetRow& of) {
        return has_name(of, name);
    });
    return row == std::end(rows) ? nullptr : row;
}

} // namespace drf_messages::text
