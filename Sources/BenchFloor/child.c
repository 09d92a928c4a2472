#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

struct floor_child {
  pid_t process;
  int output;
  // How much of the mark the last bytes were.
  size_t matched;
  char block[65536];
};

// No home, and none can be made there: htop would make a folder for its settings.
static char *const environment[] = {"TERM=xterm-256color", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/dev/null",
                                    "XDG_CONFIG_HOME=/dev/null", NULL};

// Between fork and exec: only calls that a signal handler may make.
static void become(const char *const *arguments, int input, int output, bool is_terminal, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  for (int signal = 1; signal < NSIG; signal++) (void)sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);
  if (is_terminal) {
    setsid();
    ioctl(input, TIOCSCTTY, 0);
  }
  dup2(input, 0);
  dup2(output, 1);
  // A program on a pipe has nobody to complain to.
  dup2(is_terminal ? output : input, 2);
  execve(arguments[0], (char *const *)arguments, environment);
  _exit(127);
}

floor_child *floor_child_start(const char *const *arguments, unsigned columns, unsigned rows) {
  floor_child *child = calloc(1, sizeof *child);
  if (!child) return NULL;
  int ends[2], input;
  if (columns > 0) {
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    if (openpty(&ends[0], &ends[1], NULL, NULL, &size)) goto failed;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    input = ends[1];
  } else {
    if (pipe2(ends, O_CLOEXEC)) goto failed;
    input = open("/dev/null", O_RDWR | O_CLOEXEC);
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  child->output = ends[0];
  pid_t parent = getpid();
  child->process = fork();
  if (child->process == 0) become(arguments, input, ends[1], columns > 0, parent);
  close(ends[1]);
  if (columns == 0) close(input);
  if (child->process > 0) return child;
  close(ends[0]);
failed:
  free(child);
  return NULL;
}

// Marks are short and do not begin again within themselves.
static void look(floor_child *child, const char *bytes, size_t count, const char *mark, floor_output *output) {
  uint64_t now = floor_now();
  output->bytes += count;
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != mark[child->matched]) child->matched = 0;
    if (bytes[i] == mark[child->matched]) child->matched++;
    if (mark[child->matched] != 0) continue;
    child->matched = 0;
    if (output->marks++ == 0) output->first_mark = now;
    output->last_mark = now;
  }
}

void floor_child_drain(floor_child *child, uint64_t end, const char *mark, uint64_t marks, floor_output *output) {
  memset(output, 0, sizeof *output);
  for (;;) {
    uint64_t now = floor_now();
    if (now >= end || output->marks >= marks) return;
    struct pollfd polled = {.fd = child->output, .events = POLLIN};
    uint64_t milliseconds = (end - now) / 1000000 + 1;
    if (poll(&polled, 1, milliseconds > 1000 ? 1000 : (int)milliseconds) <= 0) continue;
    ssize_t count = read(child->output, child->block, sizeof child->block);
    if (count > 0) {
      look(child, child->block, (size_t)count, mark, output);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      // A terminal whose program has gone says EIO.
      output->has_ended = true;
      return;
    }
  }
}

void floor_child_pause(floor_child *child, bool is_paused) { kill(child->process, is_paused ? SIGSTOP : SIGCONT); }

static FILE *facts(floor_child *child, const char *format) {
  char path[64];
  snprintf(path, sizeof path, format, child->process, child->process);
  return fopen(path, "re");
}

uint64_t floor_child_cpu(floor_child *child) {
  FILE *file = facts(child, "/proc/%d/task/%d/schedstat");
  if (!file) return 0;
  unsigned long long time = 0;
  if (fscanf(file, "%llu", &time) != 1) time = 0;
  fclose(file);
  return time;
}

uint64_t floor_child_resident(floor_child *child) {
  FILE *file = facts(child, "/proc/%d/status");
  if (!file) return 0;
  char line[256];
  unsigned long long kibibytes = 0;
  while (fgets(line, sizeof line, file) && sscanf(line, "VmRSS: %llu", &kibibytes) != 1) {}
  fclose(file);
  return kibibytes * 1024;
}

void floor_child_end(floor_child *child) {
  kill(child->process, SIGKILL);
  waitpid(child->process, NULL, 0);
  close(child->output);
  free(child);
}

bool floor_is_program(const char *path) { return access(path, X_OK) == 0; }

int floor_memory_file(const uint8_t *bytes, size_t size) {
  int file = memfd_create("guest", 0);
  if (file < 0) return -1;
  if (write(file, bytes, size) == (ssize_t)size) return file;
  close(file);
  return -1;
}

void floor_memory_file_close(int file) { close(file); }
