def read_task(scene, network, families): return None
