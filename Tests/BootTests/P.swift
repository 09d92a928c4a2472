// The room's first test replaces this file.
