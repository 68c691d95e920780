int muster_keeper_placeholder(void);
