int muster_keeper_placeholder(void){return 0;}
