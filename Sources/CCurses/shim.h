#ifndef TRYST_CCURSES_SHIM_H
#define TRYST_CCURSES_SHIM_H
// The bridge to ncursesw: what Swift's importer cannot see by itself. SwiftPM cannot pass -D to a
// system module, so the two switches stand here, before curses.h.
#define NCURSES_WIDECHAR 1  // cchar_t and the functions that take it
#define NCURSES_NOMACROS 1  // functions, not function-like macros
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <curses.h>
#include <term.h>

// wchar.h declares it for X/Open only; the same declaration again is no conflict.
extern int wcwidth(wchar_t);

// A_BOLD and its like are macros that the importer cannot evaluate; A_ITALIC is bit 31.
static inline uint32_t curses_bold(void) { return A_BOLD; }
static inline uint32_t curses_dim(void) { return A_DIM; }
static inline uint32_t curses_italic(void) { return A_ITALIC; }
static inline uint32_t curses_underline(void) { return A_UNDERLINE; }
static inline uint32_t curses_reverse(void) { return A_REVERSE; }

// A screen for terminal type `term` which writes to `out`; NULL when the type is unknown. ncurses
// reads no keys here (Terminal parses the bytes itself): without typeahead(-1) it would poll its input
// and put an update off whenever that looks readable.
static inline SCREEN *curses_open(const char *term, FILE *out) {
  SCREEN *screen = newterm(term, out, out);
  if (screen != NULL) typeahead(-1);
  return screen;
}

// The globals of ncurses: Swift 6 refuses shared mutable variables, functions it takes.
static inline int curses_lines(void) { return LINES; }
static inline int curses_columns(void) { return COLS; }
static inline void curses_hide_cursor(void) { leaveok(stdscr, TRUE), curs_set(0); }
static inline void curses_clear_next(void) { clearok(stdscr, TRUE); }

// What terminfo says of `term`: its number of colours (0: none), -1 when the type is unknown, -2 when
// it cannot move the cursor.
static inline int curses_colors_of(const char *term) {
  int error = 0;
  TERMINAL *before = cur_term;
  if (setupterm(term, 1, &error) != OK) return -1;
  TERMINAL *type = cur_term;
  char *move = tigetstr("cup");
  int colors = tigetnum("colors");
  int found = move == NULL || move == (char *)-1 ? -2 : colors < 0 ? 0 : colors;
  set_curterm(before);
  del_curterm(type);
  return found;
}

// A string capability of the terminal in use; NULL when it has none.
static inline const char *curses_capability(const char *name) {
  char *text = tigetstr(name);
  return text == (char *)-1 ? NULL : text;
}

// A number of the terminal in use, -1 when it has none.
static inline int curses_number(const char *name) { return tigetnum(name); }

// What a string capability with one number makes of `value`; NULL when it is none.
static inline const char *curses_expand(const char *text, int value) { return tiparm(text, value); }

// Where ncurses keeps a string capability of the terminal in use, in its own copy of the entry, which every newterm
// reads anew. NULL where there is none, it is shorter than `length`, or another capability's text lies in its place.
static inline char *curses_replaceable(const char *name, size_t length) {
  char *place = tigetstr(name);
  if (place == NULL || place == (char *)-1) return NULL;
  size_t room = strlen(place);
  if (room < length) return NULL;
  for (int index = 0; strnames[index] != NULL; index++) {
    const char *other = tigetstr(strnames[index]);
    if (other == NULL || other == (char *)-1 || strcmp(strnames[index], name) == 0) continue;
    if (other <= place + room && place <= other + strlen(other)) return NULL;
  }
  return place;
}

// Puts two texts in place of two capabilities; 0, and nothing changes, where one of them cannot be replaced.
static inline int curses_replace_both(
    const char *name, const char *text, const char *other_name, const char *other_text) {
  char *place = curses_replaceable(name, strlen(text));
  char *other = curses_replaceable(other_name, strlen(other_text));
  if (place == NULL || other == NULL) return 0;
  memcpy(place, text, strlen(text) + 1);
  memcpy(other, other_text, strlen(other_text) + 1);
  return 1;
}

// One cell: a scalar, attributes, and a pair that may be above 255. What setcchar(3) makes of them, without
// its looks at the scalar's width and length: they are paid for each cell that changes, and what comes here is
// printable already.
static inline void curses_cell(cchar_t *cell, uint32_t scalar, uint32_t attributes, int pair) {
  memset(cell, 0, sizeof *cell);
  // The field in the attributes has 8 bits; the pair itself is beside it.
  cell->attr = (attr_t)attributes | (NCURSES_BITS(pair > 255 ? 255 : pair, 0) & A_COLOR);
  cell->chars[0] = (wchar_t)scalar;
#if NCURSES_EXT_COLORS
  cell->ext_color = pair;
#endif
}

// Puts a run of cells at a place of the screen image; nothing is sent before curses_update.
static inline void curses_put(int row, int column, const cchar_t *cells, int count) {
  mvwadd_wchnstr(stdscr, row, column, cells, count);
}

// Sends what differs from what the terminal shows.
static inline void curses_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
}
#endif
