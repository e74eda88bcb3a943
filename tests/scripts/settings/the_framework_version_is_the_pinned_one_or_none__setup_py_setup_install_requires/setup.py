setup(install_requires=["numpy", "torch==1.7.1"])  #? framework_version 1.7.1
