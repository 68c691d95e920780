extension ProverClusterTable: OuterTable {}
