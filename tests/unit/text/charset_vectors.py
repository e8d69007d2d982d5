#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Python makes of bytes in each charset: charset_vectors.py > charset_vectors.txt

A line is: a name of the charset, the bytes in hexadecimal, bytes.decode(name, "replace"), bytes.decode(name) or "!", and what a
stream of that charset reads, or "! " and its error; the texts in hexadecimal too, or "=" for the first of them again.
"""
import codecs
import io

UPPER = bytes(range(0x80, 0x100))
# Letters and signs; where a charset is EBCDIC these are others.
SINGLE = """cp037 cp1026 cp1125 cp1140 windows-1250 windows-1251 CP1252 windows-1253 1254 windows-1255 cp1256 cp1257 cp1258 cp273 cp424 IBM437
    cp500 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 866 cp869 cp874 hp-roman8 iso-8859-2 latin3 l4
    ISO_8859-5:1988 arabic greek hebrew latin5 iso-8859-10 iso-8859-11 iso-8859-13 iso-8859-14 Latin9 iso-8859-16 KOI8-R koi8_t koi8-u
    kz1048 mac-cyrillic macintosh ptcp154""".split()
SEVERAL = {
    "Shift_JIS": "日本語 かな ｶﾅ ~\\", "cp932": "日本語①", "shift_jisx0213": "日本語", "EUC-JP": "日本語 かな ｶﾅ", "euc_jisx0213": "日本語",
    "ISO-2022-JP": "日本語 kana", "iso2022_jp_2": "日本語", "iso2022_jp_3": "日本語", "euc-kr": "한국어", "cp949": "한국어 뷁", "johab": "한국어 \\",
    "ISO-2022-KR": "한국어", "GB2312": "汉字", "gbk": "漢字 汉字", "GB18030": "漢字 汉字 é 🔥", "Big5": "漢字", "cp950": "漢字", "big5-hkscs": "漢字 嘅",
}
# Broken in the middle and at the end, where iconv and Python agree on what is broken.
CUT = {"Shift_JIS": b"a\x93\xfab\x93", "EUC-JP": b"a\xc6\xfcb\xc6", "euc-kr": b"\xc7\xd1\xc7", "gbk": b"\x9d\x68\xffa\x9d", "GB18030": b"\x94\x39\xdc",
       "cp949": b"\xc7\xd1\xff\x41"}
UNICODE = {
    "utf-8": [b"abc", "é€🔥".encode(), b"a\xc3", b"a\xffb", b"\xe2\x28\xa1", b"\xf0\x9f\x94", b"\xed\xa0\x80", b"\xc0\xaf", b"a\xe2\x82b"],
    "utf-8-sig": [b"\xef\xbb\xbfa\xc3\xa9", b"a", b"\xef\xbb", b"\xef\xbb\xbf\xff", b"a\xef\xbb\xbf", b""],
    "UTF-16": ["aé🔥".encode("utf-16"), b"\xfe\xff\x00a\xd8\x3d\xdd\x25", b"a\x00", b"a", b"\xff\xfea", b"\xff\xfe\x3d\xd8a\x00",
               b"\xff\xfe\x25\xdda\x00", b"\xff\xfe\x3d\xd8", b"\xff\xfe\x3d\xd8a", b"\xff\xfe", b""],
    "utf-16-le": ["aé🔥".encode("utf-16-le"), b"\xff\xfea\x00", b"\x25\xdd\x00", b"\x3d\xd8\x3d\xd8"],
    "utf_16_be": ["aé🔥".encode("utf-16-be"), b"\xdd\x25\x00a", b"\xd8\x3d\x00"],
    "UTF-32": ["aé🔥".encode("utf-32"), b"a\x00\x00\x00", b"\x00\x00\xfe\xff\x00\x00\x00a", b"\xff\xfe\x00\x00\x00\xd8\x00\x00", b"abc"],
    "utf-32-le": [b"a\x00\x00\x00\x00\x00\x11\x00b\x00", b"\xff\xff\xff\xff"],
    "utf-32-be": ["é🔥".encode("utf-32-be"), b"\x00\x00\xdf\xff"],
    "ascii": [b"abc", b"a\xe9b\xff"], "US-ASCII": [b"\x00\x7f"],
    "latin-1": [UPPER, b"p\xe4ss"], " ISO  8859-1:1987 ": [b"\xe9"], "L1": [b"\xe9"], "iso8859.1": [b"\xe9"],
}


def read(name, data):
    try:
        return codecs.getreader(name)(io.BytesIO(data)).read().encode().hex()
    except ValueError as error:
        return f"! {error}"


def strict(name, data):
    try:
        return data.decode(name).encode().hex()
    except UnicodeError:
        return "!"


def vectors():
    for name, many in UNICODE.items():
        for data in many:
            yield name, data
    for name in SINGLE:
        yield name, UPPER
        yield name, "no, 0".encode(name)
    yield "tis-620", UPPER[0x21:]
    for name, text in SEVERAL.items():
        yield name, text.encode(name)
    yield from CUT.items()


for charset, sent in vectors():
    replaced = sent.decode(charset, "replace").encode().hex()
    print(charset, sent.hex(), replaced, *("=" if text == replaced else text for text in (strict(charset, sent), read(charset, sent))), sep="\t")
