/* The keeper: a small process under which the programs of tasks run. See keeper.c. */
#ifndef MUSTER_CKEEPER_H
#define MUSTER_CKEEPER_H

/* The whole life of a keeper process; returns its exit status.
   The last three arguments are: number of the socket's descriptor, number of the lock's descriptor (or -1),
   and the directory to remove at the end (or ""). */
int muster_keeper_main(int argc, char **argv);

#endif
