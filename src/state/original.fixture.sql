-- A database as the Original leaves it: its tables, and rows with everything that is delicate in them.
CREATE TABLE kubernetes_objects (
  api_version TEXT NOT NULL,
  cluster TEXT NOT NULL,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  kind TEXT NOT NULL,
  last_updated TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  name TEXT NOT NULL,
  namespace TEXT NOT NULL,
  yaml TEXT NOT NULL,
  PRIMARY KEY (name, namespace, kind, api_version, cluster)
);
CREATE TABLE object_pauses (
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  created_by TEXT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  namespace TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, namespace, name)
);
CREATE TABLE object_history (
  api_version TEXT NOT NULL,
  cluster TEXT NOT NULL,
  deployed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deployed_by TEXT,
  image TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  namespace TEXT NOT NULL
);
CREATE INDEX object_history_lookup ON object_history (kind, namespace, name, api_version, deployed_at);

INSERT INTO kubernetes_objects VALUES ('apps/v1', 'east', '2025-03-04 05:06:07', 'Deployment', '2025-04-05 06:07:08', 'till', 'market', 'apiVersion: apps/v1
kind: Deployment
metadata:
  creationTimestamp: 2025-03-04T05:06:07Z
  labels:
    app.kubernetes.io/name: till
    commit: 12e4567
    nickname: ''0123''
  managedFields:
  - apiVersion: apps/v1
    fieldsType: FieldsV1
    fieldsV1:
      f:metadata:
        f:labels:
          f:app.kubernetes.io/name: {}
    manager: sisyphus
    operation: Apply
    time: 2025-03-04T05:06:07Z
  name: till
  namespace: market
  resourceVersion: ''812''
spec:
  replicas: 2
');
INSERT INTO kubernetes_objects VALUES ('v1', 'east', '2025-03-04 05:06:07', 'Secret', '2025-03-04 05:06:07', 'till', 'market', 'apiVersion: v1
data:
  pin: Y2FuYXJ5
immutable: true
kind: Secret
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"Secret","data":{"pin":"Y2FuYXJ5"}}
    team: tills
  name: till
  namespace: market
stringData:
  pin: canary
type: Opaque
');
INSERT INTO object_pauses VALUES ('2025-05-06 07:08:09', NULL, 'Deployment', 'till', 'market', 'Christmas');
INSERT INTO object_pauses VALUES ('2025-05-06 07:08:10', 'bob', 'CronJob', 'count', 'market', 'stocktaking');
INSERT INTO object_history VALUES ('apps/v1', 'east', '2025-03-04 05:06:07', NULL, 'registry.example/till@sha256:00', 'Deployment', 'till', 'market');
