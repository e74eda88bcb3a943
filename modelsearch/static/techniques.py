def read_techniques(scene, network, families): return []
