// SPDX-License-Identifier: MIT
#pragma once

namespace drf_messages::django::pickle_opcode {

// Python: Lib/pickle.py. Opcodes that no pickle of Django's has, and that pickle.loads refuses
// unless somebody has registered something, have no name here: persistent ids, extension codes,
// buffers out of band.
inline constexpr unsigned char mark = '(';
inline constexpr unsigned char stop = '.';
inline constexpr unsigned char pop = '0';
inline constexpr unsigned char pop_mark = '1';
inline constexpr unsigned char dup = '2';
inline constexpr unsigned char none = 'N';
inline constexpr unsigned char integer = 'I';
inline constexpr unsigned char binint = 'J';
inline constexpr unsigned char binint1 = 'K';
inline constexpr unsigned char binint2 = 'M';
inline constexpr unsigned char long_line = 'L';
inline constexpr unsigned char real = 'F';
inline constexpr unsigned char binfloat = 'G';
inline constexpr unsigned char string = 'S';
inline constexpr unsigned char binstring = 'T';
inline constexpr unsigned char short_binstring = 'U';
inline constexpr unsigned char unicode = 'V';
inline constexpr unsigned char binunicode = 'X';
inline constexpr unsigned char append = 'a';
inline constexpr unsigned char appends = 'e';
inline constexpr unsigned char dict = 'd';
inline constexpr unsigned char empty_dict = '}';
inline constexpr unsigned char list = 'l';
inline constexpr unsigned char empty_list = ']';
inline constexpr unsigned char setitem = 's';
inline constexpr unsigned char setitems = 'u';
inline constexpr unsigned char tuple = 't';
inline constexpr unsigned char empty_tuple = ')';
inline constexpr unsigned char global = 'c';
inline constexpr unsigned char reduce = 'R';
inline constexpr unsigned char build = 'b';
inline constexpr unsigned char inst = 'i';
inline constexpr unsigned char obj = 'o';
inline constexpr unsigned char get = 'g';
inline constexpr unsigned char binget = 'h';
inline constexpr unsigned char long_binget = 'j';
inline constexpr unsigned char put = 'p';
inline constexpr unsigned char binput = 'q';
inline constexpr unsigned char long_binput = 'r';
// Protocol 2.
inline constexpr unsigned char proto = 0x80;
inline constexpr unsigned char newobj = 0x81;
inline constexpr unsigned char tuple1 = 0x85;
inline constexpr unsigned char tuple2 = 0x86;
inline constexpr unsigned char tuple3 = 0x87;
inline constexpr unsigned char newtrue = 0x88;
inline constexpr unsigned char newfalse = 0x89;
inline constexpr unsigned char long1 = 0x8a;
inline constexpr unsigned char long4 = 0x8b;
// Protocol 3.
inline constexpr unsigned char binbytes = 'B';
inline constexpr unsigned char short_binbytes = 'C';
// Protocol 4.
inline constexpr unsigned char short_binunicode = 0x8c;
inline constexpr unsigned char binunicode8 = 0x8d;
inline constexpr unsigned char binbytes8 = 0x8e;
inline constexpr unsigned char empty_set = 0x8f;
inline constexpr unsigned char additems = 0x90;
inline constexpr unsigned char frozenset = 0x91;
inline constexpr unsigned char newobj_ex = 0x92;
inline constexpr unsigned char stack_global = 0x93;
inline constexpr unsigned char memoize = 0x94;
inline constexpr unsigned char frame = 0x95;
// Protocol 5.
inline constexpr unsigned char bytearray8 = 0x96;

inline constexpr unsigned highest_protocol = 5;

} // namespace drf_messages::django::pickle_opcode
